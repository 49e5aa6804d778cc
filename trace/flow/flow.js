//  flow - the page: what its address says, what the feed tells, and who is told
//
//  The part of the address behind # is the page's whole state: filters, and the open call as NUMBER:TRACE (a number alone is another call after a
//  restart; a trace alone may have several calls, and means the newest). So an address that is copied shows the same to somebody else.

import { Calls, FILTERS, KEPT, linkTo } from './calls.js';
import { follow } from './feed.js';
import { Pipeline } from './pipeline.js';
import { drawCall } from './waterfall.js';
import { many, say } from './words.js';

const TITLE = document.title;
const at = id => document.getElementById (id);
const places = { section: at ('call'), title: at ('call-title'), story: at ('story'), also: at ('also'), identity: at ('identity'), axis: at ('axis'),
    waterfall: at ('waterfall') };
const DETAILS = ['also', 'identity', 'legend', 'axis', 'waterfall'];

const stateOfAddress = () => Object.fromEntries (new URLSearchParams (location.hash.slice (1)));
const addressOf = state => `#${new URLSearchParams (Object.entries (state).filter (([, value]) => value)).toString ().replaceAll ('%3A', ':')}`;

let open = null;                        //  { number, trace_id } of the call that is shown
let opener = null;                      //  Where the focus goes back to

const calls = new Calls ({ rows: at ('rows'), count: at ('count'), more: at ('more'), form: at ('filters') },
    call => addressOf ({ ...stateOfAddress (), call: linkTo (call) }));
const pipeline = new Pipeline (at ('drawing'), at ('scale'), at ('tables'));

async function fetchJson (url) {
    const answer = await fetch (url, { cache: 'no-store' });
    return { status: answer.status, json: answer.ok ? await answer.json () : null };
}

//  --- The open call

async function findCall (name) {
    const [number, trace] = name.includes (':') ? name.split (':') : /^[0-9]{1,15}$/.test (name) ? [name, null] : [null, name];
    if (number) {
        const { json } = await fetchJson (`trace/calls/${encodeURIComponent (number)}`);
        if (json && (!trace || json.trace_id === trace))
            return json;
    }
    return trace ? (await fetchJson (`trace/calls/${encodeURIComponent (trace)}`)).json : null;
}

function showMissing (words) {
    open = null;
    places.title.textContent = 'Call';
    places.story.textContent = words;
    DETAILS.forEach (id => { at (id).hidden = true; });
}

async function showCall (name, focus) {
    let call;
    try {
        call = await findCall (name);
    } catch {
        call = undefined;
    }
    if (stateOfAddress ().call !== name)
        return;                         //  Another one was opened meanwhile
    at ('call').hidden = false;
    if (call === undefined)
        showMissing ('The server does not answer now; this call is asked for again when it does.');
    else if (!call)
        showMissing (`This call is not among the last ${KEPT.toLocaleString ('en')} any more, or the server was started again since.`);
    else {
        DETAILS.forEach (id => { at (id).hidden = false; });
        drawCall (places, call, trace => addressOf ({ ...stateOfAddress (), call: trace }));
        open = { number: call.number, trace_id: call.trace_id };
    }
    calls.mark (open?.number);
    if (focus) {
        at ('call').scrollIntoView ({ block: 'start' });
        places.title.focus ({ preventScroll: true });
    }
}

function closeCall () {
    if (stateOfAddress ().call)
        location.hash = addressOf ({ ...stateOfAddress (), call: '' });
}

let shown = null;
function readAddress () {
    const { call = '', ...filters } = stateOfAddress ();
    calls.filter (Object.fromEntries (FILTERS.map (name => [name, filters [name] ?? ''])));
    if (call === shown)
        return;
    shown = call;
    if (call) {
        opener = document.activeElement?.closest?.('#rows a') ?? opener;
        showCall (call, true);
        return;
    }
    at ('call').hidden = true;
    document.title = TITLE;
    open = null;
    calls.mark (null);
    if (opener?.isConnected)
        opener.focus ();
    opener = null;
}

//  --- What a person does

function takeFilters () {
    const values = Object.fromEntries (FILTERS.map (name => [name, calls.form.elements [name].value.trim ()]));
    history.replaceState (null, '', addressOf ({ ...stateOfAddress (), ...values }));
    readAddress ();
}

calls.form.addEventListener ('input', takeFilters);
calls.form.addEventListener ('submit', event => event.preventDefault ());
calls.form.addEventListener ('reset', () => setTimeout (takeFilters));
at ('close').addEventListener ('click', closeCall);
document.addEventListener ('keydown', event => {
    if (event.key === 'Escape')
        closeCall ();
});
at ('pause').addEventListener ('click', () => {
    calls.paused = !calls.paused;
    pipeline.paused = calls.paused;
    at ('pause').setAttribute ('aria-pressed', String (calls.paused));
    say (at ('pause'), calls.paused ? 'Resume' : 'Pause');
    calls.draw (!calls.paused);
});
addEventListener ('hashchange', readAddress);

//  --- What the server tells

function tellLink (state, words) {
    at ('link').dataset.state = state;
    document.body.classList.toggle ('stale', state === 'lost');
    say (at ('link'), words);
}

//  Whatever happened while the line was broken, the list has it: it replaces all that is known. Calls that end while it comes are added again.
let early = null;
async function opened () {
    early = [];
    try {
        const { json } = await fetchJson (`trace/calls?limit=${KEPT}`);
        if (json)
            calls.replace (json);
        tellLink ('live', 'Live');
    } catch {
        return;                         //  The feed will notice too
    } finally {
        early.forEach (call => calls.add (call));
        early = null;
    }
    if (shown)
        showCall (shown, false);
}

readAddress ();
follow ('trace/feed', {
    open: opened,
    call (call) {
        if (early)
            early.push (call);
        else
            calls.add (call);
        if (open && call.number === open.number && call.trace_id === open.trace_id)
            showCall (shown, false);
    },
    state: state => pipeline.take (state),
    lost (retry_ms) {
        pipeline.lose ();
        tellLink ('lost', `Disconnected: what is below is from before. Trying again every ${many (Math.ceil (retry_ms / 1000), 'second')}.`);
    },
});
