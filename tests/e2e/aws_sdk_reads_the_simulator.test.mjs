//  Is the simulator right? The official AWS SDK decides: it signs, it parses, it follows the pages, and it knows the errors by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
    CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand, GetMetricDataCommand, GetMetricStatisticsCommand,
    InvalidParameterCombinationException, ListDashboardsCommand, ListMetricsCommand, ValidationException, paginateDescribeAlarmHistory,
    paginateDescribeAlarms, paginateGetMetricData, paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand, GetLogEventsCommand, InvalidParameterException,
    ResourceNotFoundException, paginateDescribeLogGroups, paginateDescribeLogStreams, paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';

import { ACCESS_KEY, REGION, SECRET_KEY, startSim } from './harness.mjs';

const sim = await startSim ();

const settings = changes => ({
    region: REGION,
    endpoint: sim.url,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
    ...changes,
});

const logs = new CloudWatchLogsClient (settings ());
const metrics = new CloudWatchClient (settings ());

async function collect (pages, key) {
    const all = [];
    let count = 0;
    for await (const page of pages) {
        count += 1;
        all.push (...(page [key] ?? []));
    }
    return { all, count };
}

test ('DescribeLogGroups: the paginator finds every group once, with numbers and names as the SDK types them', async () => {
    const { all, count } = await collect (paginateDescribeLogGroups ({ client: logs, pageSize: 7 }, {}), 'logGroups');
    assert.ok (count > 1 && all.length > 7, `${all.length} groups on ${count} pages`);
    assert.equal (new Set (all.map (group => group.logGroupName)).size, all.length);
    for (const group of all) {
        assert.match (group.arn, /^arn:aws:logs:us-east-1:\d{12}:log-group:.+:\*$/);
        assert.equal (typeof group.creationTime, 'number');
        assert.equal (typeof group.storedBytes, 'number');
    }
});

test ('DescribeLogGroups: a prefix gives those that begin so, and names come in order', async () => {
    const { logGroups } = await logs.send (new DescribeLogGroupsCommand ({ logGroupNamePrefix: '/aws/lambda/', limit: 50 }));
    const names = logGroups.map (group => group.logGroupName);
    assert.ok (names.length > 0 && names.every (name => name.startsWith ('/aws/lambda/')));
    assert.deepEqual (names, [...names].sort ());
});

test ('ListDashboards and GetDashboard: every dashboard has its time, its size and a body of widgets', async () => {
    const { DashboardEntries: entries } = await metrics.send (new ListDashboardsCommand ({ DashboardNamePrefix: 'shop-' }));
    assert.ok (entries.length > 1);
    for (const { DashboardName, LastModified, Size } of entries) {
        const { DashboardBody } = await metrics.send (new GetDashboardCommand ({ DashboardName }));
        assert.ok (LastModified instanceof Date && LastModified < new Date ());
        assert.equal (DashboardBody.length, Size);
        assert.ok (JSON.parse (DashboardBody).widgets.length > 1);
    }
    //  The SDK takes the older name of an error where the service gives one
    await assert.rejects (metrics.send (new GetDashboardCommand ({ DashboardName: 'nope' })), error => {
        assert.deepEqual ([error.name, error.$metadata.httpStatusCode], ['ResourceNotFound', 404]);
        return true;
    });
});

const HOUR_MS = 3_600_000;

test ('FilterLogEvents: the paginator gathers what a pattern matches, in order, each with an id of its own', async () => {
    const startTime = Date.now () - HOUR_MS;
    const question = { logGroupName: '/ecs/shop/orders', startTime, filterPattern: '{ $.level = "ERROR" && $.status >= 500 }' };
    const { all, count } = await collect (paginateFilterLogEvents ({ client: logs, pageSize: 200 }, question), 'events');
    assert.ok (count > 1 && all.length > 500, `${all.length} events on ${count} pages`);
    assert.equal (new Set (all.map (event => event.eventId)).size, all.length);
    for (const [i, event] of all.entries ()) {
        assert.ok (event.timestamp >= startTime && (i === 0 || event.timestamp >= all [i - 1].timestamp));
        assert.ok (event.ingestionTime > event.timestamp && event.logStreamName.startsWith ('orders/orders/'));
        assert.equal (JSON.parse (event.message).level, 'ERROR');
    }
});

test ('FilterLogEvents: newest first, when it is asked for', async () => {
    const startTime = Date.now () - HOUR_MS;
    const { events } = await logs.send (new FilterLogEventsCommand ({
        logGroupName: '/shop/nginx/access', startTime, startFromHead: false, limit: 100 }));
    assert.equal (events.length, 100);
    assert.ok (events.every ((event, i) => i === 0 || event.timestamp <= events [i - 1].timestamp));
});

test ('FilterLogEvents: refusals come in the classes of the service', async () => {
    await assert.rejects (logs.send (new FilterLogEventsCommand ({ logGroupName: '/none' })), ResourceNotFoundException);
    await assert.rejects (logs.send (new FilterLogEventsCommand ({ logGroupName: '/ecs/shop/orders', filterPattern: 'a.b' })),
        error => error instanceof InvalidParameterException && /Invalid character\(s\) in term 'a.b'/.test (error.message));
    await assert.rejects (logs.send (new FilterLogEventsCommand ({ logGroupName: '/vpc/shop-prod/flow-logs' })),
        { name: 'InvalidOperationException' });
});

test ('DescribeLogStreams and GetLogEvents: a stream is read to the end, where its token stays the same', async () => {
    const { all } = await collect (paginateDescribeLogStreams ({ client: logs, pageSize: 3 },
        { logGroupName: '/ecs/shop/orders', orderBy: 'LastEventTime', descending: true }), 'logStreams');
    assert.ok (all.length >= 3 && all.every ((stream, i) => i === 0 || stream.lastEventTimestamp <= all [i - 1].lastEventTimestamp));
    const stream = all.at (-1);
    const question = { logGroupName: '/ecs/shop/orders', logStreamName: stream.logStreamName, startFromHead: true,
        startTime: stream.lastEventTimestamp - HOUR_MS };
    let nextToken, last;
    for (let pages = 0; ; pages++) {
        assert.ok (pages < 100);
        const page = await logs.send (new GetLogEventsCommand ({ ...question, nextToken, limit: 100 }));
        last = page.events.at (-1) ?? last;
        if (page.nextForwardToken === nextToken)
            break;
        nextToken = page.nextForwardToken;
    }
    assert.equal (last.timestamp, stream.lastEventTimestamp);
});

test ('ListMetrics: the paginator ends, and a filter by namespace and dimension holds', async () => {
    const { all } = await collect (paginateListMetrics ({ client: metrics }, { Namespace: 'AWS/Lambda' }), 'Metrics');
    assert.ok (all.length > 0 && all.every (metric => metric.Namespace === 'AWS/Lambda'));
    const named = all.find (metric => metric.Dimensions?.length === 1);
    const { Metrics } = await metrics.send (new ListMetricsCommand ({ Namespace: 'AWS/Lambda', Dimensions: named.Dimensions }));
    assert.ok (Metrics.length > 0 && Metrics.length < all.length);
});

const CPU = {
    Namespace: 'AWS/RDS', MetricName: 'CPUUtilization', Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'shop-orders-1' }],
};

test ('GetMetricData: the paginator puts a day of minutes together, with an expression over them', async () => {
    const end = new Date (Math.floor (Date.now () / 60000) * 60000);
    const question = {
        MetricDataQueries: [
            { Id: 'cpu', MetricStat: { Metric: CPU, Period: 60, Stat: 'Average' } },
            { Id: 'idle', Expression: '100 - cpu', Label: 'idle, at least ${MIN}' },
        ],
        StartTime: new Date (end - 86400000), EndTime: end, ScanBy: 'TimestampAscending', MaxDatapoints: 1000,
    };
    const { all, count } = await collect (paginateGetMetricData ({ client: metrics }, question), 'MetricDataResults');
    const points = id => all.filter (result => result.Id === id)
        .flatMap (result => result.Timestamps.map ((at, i) => [at, result.Values [i]]));
    assert.equal (count, 3, 'pages of 1,000 datapoints');
    assert.equal (points ('cpu').length, 1440);
    assert.ok (points ('cpu').every (([at], i) => at instanceof Date && at.getTime () === question.StartTime.getTime () + i * 60000));
    points ('idle').forEach (([, idle], i) => assert.ok (Math.abs (idle + points ('cpu') [i] [1] - 100) < 1e-9));
    assert.ok (points ('cpu').at (-1) [1] > 90, 'the orders database is at its limit');
    assert.match (all.at (-1).Label, /^idle, at least [0-9.]+$/);

    const error = await metrics.send (new GetMetricDataCommand ({ ...question, NextToken: 'nobody' })).catch (refusal => refusal);
    assert.match (error.name, /InvalidNextToken/);
});

test ('GetMetricStatistics: numbers, percentiles and units as the SDK types them, and at most 1,440 datapoints', async () => {
    const end = new Date (Math.floor (Date.now () / 300000) * 300000);
    const question = {
        ...CPU, StartTime: new Date (end - 3600000), EndTime: end, Period: 300, Statistics: ['Maximum'], ExtendedStatistics: ['p90'],
    };
    const { Label, Datapoints } = await metrics.send (new GetMetricStatisticsCommand (question));
    assert.equal (Label, 'CPUUtilization');
    assert.equal (Datapoints.length, 12);
    for (const datapoint of Datapoints) {
        assert.ok (datapoint.Timestamp instanceof Date && datapoint.Unit === 'Percent');
        assert.ok (datapoint.ExtendedStatistics.p90 <= datapoint.Maximum);
    }
    const error = await metrics.send (new GetMetricStatisticsCommand ({ ...question, StartTime: new Date (end - 9 * 86400000) }))
        .catch (refusal => refusal);
    assert.ok (error instanceof InvalidParameterCombinationException, `${error.name}: ${error.message}`);
    assert.match (error.message, /You have requested up to 2592 datapoints, which exceeds the limit of 1,440\./);
});

test ('DescribeAlarms: metric and composite alarms, with dates that the SDK makes Dates', async () => {
    const { all, count } = await collect (paginateDescribeAlarms ({ client: metrics, pageSize: 3 }, {}), 'MetricAlarms');
    assert.ok (count > 1 && all.length > 3);
    assert.equal (new Set (all.map (alarm => alarm.AlarmArn)).size, all.length);
    for (const alarm of all) {
        assert.ok (alarm.StateUpdatedTimestamp instanceof Date && !Number.isNaN (alarm.StateUpdatedTimestamp.getTime ()), alarm.AlarmName);
        assert.ok (['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes (alarm.StateValue));
    }
    const { CompositeAlarms } = await metrics.send (new DescribeAlarmsCommand ({ AlarmTypes: ['CompositeAlarm'] }));
    assert.ok (CompositeAlarms.length > 0 && CompositeAlarms.every (alarm => alarm.AlarmRule));
});

for (const [what, credentials, names] of [
    ['with a wrong secret', { accessKeyId: ACCESS_KEY, secretAccessKey: 'wrong' }, ['InvalidSignatureException', 'SignatureDoesNotMatch']],
    ['with a key that nobody knows', { accessKeyId: 'AKIDNOBODY', secretAccessKey: SECRET_KEY },
        ['UnrecognizedClientException', 'InvalidClientTokenId']],
]) {
    test (`a request ${what} is refused by name, by both services`, async () => {
        for (const [client, command] of [
            [new CloudWatchLogsClient (settings ({ credentials })), new DescribeLogGroupsCommand ({})],
            [new CloudWatchClient (settings ({ credentials })), new ListMetricsCommand ({})],
        ]) {
            const error = await client.send (command).catch (refusal => refusal);
            assert.ok (names.includes (error.name), `${error.name}: ${error.message}`);
            assert.ok ([400, 403].includes (error.$metadata.httpStatusCode));
        }
    });
}

test ('DescribeAlarmHistory: the paginator goes back in time, and the newest change of an alarm is the one that DescribeAlarms tells', async () => {
    const question = { AlarmName: 'shop-recommendations-memory', HistoryItemType: 'StateUpdate' };
    const { all, count } = await collect (paginateDescribeAlarmHistory ({ client: metrics, pageSize: 3 }, question), 'AlarmHistoryItems');
    assert.ok (count > 1 && all.length > 10, `${all.length} items on ${count} pages`);
    assert.ok (all.every ((item, i) => i === 0 || item.Timestamp <= all [i - 1].Timestamp));
    const { MetricAlarms: [alarm] } = await metrics.send (new DescribeAlarmsCommand ({ AlarmNames: [question.AlarmName] }));
    assert.deepEqual (all [0].Timestamp, alarm.StateUpdatedTimestamp);
    assert.equal (JSON.parse (all [0].HistoryData).newState.stateReason, alarm.StateReason);
});

test ('STS says whose key it is, gives those of a role, and refuses what is not simulated', async () => {
    const sts = new STSClient (settings ());
    const identity = await sts.send (new GetCallerIdentityCommand ({}));
    assert.equal (identity.Account, '123456789012');
    assert.match (identity.Arn, /^arn:aws:iam::123456789012:/);
    assert.ok (identity.UserId);
    const role = await sts.send (new AssumeRoleCommand ({ RoleArn: 'arn:aws:iam::444455556666:role/reader', RoleSessionName: 'e2e' }));
    const keys = role.Credentials;
    const credentials = { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken };
    const assumed = await new STSClient ({ ...settings (), credentials }).send (new GetCallerIdentityCommand ({}));
    assert.equal (assumed.Arn, 'arn:aws:sts::444455556666:assumed-role/reader/e2e');
    await assert.rejects (sts.send (new GetSessionTokenCommand ({})), { message: /not supported by the simulator/ });
});

test ('a signature for another region does not open this one', async () => {
    const client = new CloudWatchLogsClient (settings ());
    client.middlewareStack.add (next => async args => {
        args.request.headers.authorization = args.request.headers.authorization.replace (`/${REGION}/`, '/eu-west-1/');
        return next (args);
    }, { step: 'finalizeRequest', priority: 'low', name: 'forge' });
    const error = await client.send (new DescribeLogGroupsCommand ({})).catch (refusal => refusal);
    assert.ok (['InvalidSignatureException', 'SignatureDoesNotMatch'].includes (error.name), `${error.name}: ${error.message}`);
});

test ('an input that breaks the model is refused in the words and the class of the service', async () => {
    const error = await logs.send (new DescribeLogGroupsCommand ({ limit: 5000 })).catch (refusal => refusal);
    assert.ok (error instanceof InvalidParameterException, `${error.name}: ${error.message}`);
    assert.match (error.message, /1 validation error detected: Value '5000' at 'limit' failed to satisfy constraint/);

    const other = await metrics.send (new DescribeAlarmsCommand ({ MaxRecords: 5000 })).catch (refusal => refusal);
    assert.ok (other instanceof ValidationException, `${other.name}: ${other.message}`);
    assert.equal (other.Code, 'ValidationError', 'the older name, that the SDK reads from a header of its own');
    assert.match (other.message, /MaxRecords|maxRecords/);
});

test ('a page token of nobody is refused', async () => {
    await assert.rejects (logs.send (new DescribeLogGroupsCommand ({ nextToken: 'nobody' })), InvalidParameterException);
    const error = await metrics.send (new DescribeAlarmsCommand ({ NextToken: 'nobody' })).catch (refusal => refusal);
    assert.match (error.name, /InvalidNextToken/);
});

test ('faults that are ordered are committed: throttled, then as before', async () => {
    const patient = new CloudWatchLogsClient (settings ({ maxAttempts: 4 }));
    await sim.setFaults ({ DescribeLogGroups: { throttle_rate: 1, count: 2 } });
    const { $metadata } = await patient.send (new DescribeLogGroupsCommand ({ limit: 1 }));
    assert.equal ($metadata.attempts, 3);
});
