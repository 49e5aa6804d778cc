/*  promql_vectors - what a correct signer says about requests to CloudWatch's PromQL endpoints

    The official suite (sigv4_vectors.h) has no path that is encoded already and none with a query like these, so they were worked out by hand and
    with another program's HMAC, from the description alone. The signer and the simulator's verifier, which share no line, are both held against
    them.

    By hand: a path as it is sent is encoded already, and each '%' of it is encoded once more ("%40" is signed as "%2540"), as all services but S3
    want it. A query is signed with every byte encoded once but the unreserved A-Z a-z 0-9 - . _ ~, in upper-case hex, however it was sent, its
    parameters sorted by name and then by value. Then, with the key AKIDEXAMPLE of the official suite:

        SHA-256 of the canonical request -> string to sign (algorithm, date, scope, that SHA-256)
        kDate = HMAC ("AWS4" secret, day), kRegion = HMAC (kDate, region), kService = HMAC (kRegion, "monitoring"),
        kSigning = HMAC (kService, "aws4_request"), signature = HMAC (kSigning, string to sign) */

#ifndef PROMQL_VECTORS_H
#define PROMQL_VECTORS_H

#include <stdint.h>

typedef struct {
    const char *name;
    const char *method;
    const char *region;
    const char *date;           //  X-Amz-Date, and the same moment as a number
    int64_t     wall_ms;
    const char *host;
    const char *token;          //  NULL without one
    const char *content_type;   //  NULL without one
    const char *path;           //  As it is sent, as the next two
    const char *query;          //  NULL without one
    const char *body;           //  NULL without one
    const char *canonical_path;
    const char *canonical_query;
    const char *canonical_rest; //  Behind the query's line
    const char *signed_names;
    const char *signature;
} promql_vector_t;

/* clang-format off */
static const promql_vector_t PROMQL_VECTORS [] = {
    /*  The label "@resource.service.name". '@' is 40 in hex: sent as %40resource.service.name. '%' is 25: signed as %2540resource.service.name.
            SHA-256   90374205d7a69b4711acf6a74a3bd23a3210137b819e1e74f244cc925dacd125
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   34d061b3e4f8acd35517c55240b193b8f78d3419c311f264b7d6f7775ca64dc8
            kService  a7e3e2dcb457ac679836e99fad1f1653880ea1fd032aa0559dc547908de4d77d
            kSigning  a105d03102641c06bc39d4777109b8e7b595b3a0ac20344c761ef1401cc16a4e */
    {
        .name = "an at sign in a label", .method = "GET", .region = "eu-central-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.eu-central-1.amazonaws.com",
        .path = "/api/v1/label/%40resource.service.name/values",
        .canonical_path = "/api/v1/label/%2540resource.service.name/values",
        .canonical_query = "",
        .canonical_rest = "host:monitoring.eu-central-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "\n"
                          "host;x-amz-date\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date",
        .signature = "5cce822ff92b56ab8b399da0f3366dc7b5448cd16ca0bf0b2a05f8621868d42b",
    },
    /*  Of a query nothing is encoded twice: %40 stays %40 there, beside %2540 in the path. %5b and %5d come out as %5B and %5D; '~' is unreserved and
        stands for itself. The parameters come in the order of their names: limit, match[], start.
            SHA-256   69d9452290b326a318e1d31c526e49efc7f386cf9082f3b92cc3b18b6e8f3eaa
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   459ea9b29bfa48814b37344fe5fca3a1d142a31950e07d01e02e0c9c475d901d
            kService  30428006529ed2ab708a5d519c8f68626482db15287a357c4f51d561595732f5
            kSigning  6d4642a46de8a35b22abb9d7088a42134a1f676b23fdde06863ce8578c7a59c9 */
    {
        .name = "a selector beside a label", .method = "GET", .region = "us-east-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.us-east-1.amazonaws.com",
        .token = "FwoGZXIvYXdzEXAMPLE+token/==",
        .path = "/api/v1/label/%40instrumentation.%40name/values",
        .query = "start=1763850000&match%5b%5d=%7B%22__name__%22%3D%22http.server.duration%22%2C%22%40resource.service.name%22%3D~%22a%2Bb%22%7D"
                 "&limit=100",
        .canonical_path = "/api/v1/label/%2540instrumentation.%2540name/values",
        .canonical_query = "limit=100&match%5B%5D=%7B%22__name__%22%3D%22http.server.duration%22%2C%22%40resource.service.name%22%3D~%22a%2Bb%22"
                           "%7D&start=1763850000",
        .canonical_rest = "host:monitoring.us-east-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "x-amz-security-token:FwoGZXIvYXdzEXAMPLE+token/==\n"
                          "\n"
                          "host;x-amz-date;x-amz-security-token\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date;x-amz-security-token",
        .signature = "0a78bf9e9219d0582ccf7aae7984a35109a918cf1658fd3204afcdc66055fd99",
    },
    /*  The label "@größe:%". ö is C3 B6 in UTF-8, ß is C3 9F, ':' is 3A, and its own '%' is 25: sent as %40gr%C3%B6%C3%9Fe%3A%25, signed with 25
        behind each '%'. A parameter without a value is signed with an '='.
            SHA-256   d5e49a36403c6c65666026c90069e8e8b1f189b66a5da8640df26dc48b6e2ae8
            kDate     e224c0f642c346762eeaaf9dab1406425439a09f5ab149cae0ee077c41ccda8b
            kRegion   71bdd9f18cfb8ab3f46b2e220dc3a7a54d0e09c4ddf5d61d6efb2237e15cf85a
            kService  d698073ab11cd03b3f080d5e5980701dc7fda10b4a644750739abc4a6d281a35
            kSigning  89418685f2f9e81d01b085bd42ff996ff057d445051ecb2dbf769d1b44ecaa35 */
    {
        .name = "a label in UTF-8", .method = "GET", .region = "us-gov-west-1", .date = "20270101T000000Z",
        .wall_ms = INT64_C (1798761600000), .host = "monitoring.us-gov-west-1.amazonaws.com",
        .path = "/api/v1/label/%40gr%C3%B6%C3%9Fe%3A%25/values",
        .query = "limit",
        .canonical_path = "/api/v1/label/%2540gr%25C3%25B6%25C3%259Fe%253A%2525/values",
        .canonical_query = "limit=",
        .canonical_rest = "host:monitoring.us-gov-west-1.amazonaws.com\n"
                          "x-amz-date:20270101T000000Z\n"
                          "\n"
                          "host;x-amz-date\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date",
        .signature = "45d5f1dfaaf70f3783795a8269fbd1242569e13a4930954ff03f92ba5aaebe4d",
    },
    /*  The label "@aws.account/id": its '/' (2F) is sent as %2F, so that it parts no segments, and signed as %252F.
            SHA-256   0e8e1e355d7ca311afd409e26e2f30d38eaa6ce86c16e11f9782fbcdcea18c47
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   bd6168de2704865e3f6f0433eecd23caa3eece498f3ddd8ed6c1366131bef06f
            kService  524e6dcc56cc580b9f12a4a6b0063ae60c445e0eff104ed70311bcb21d956299
            kSigning  76860e92e3c6a9f75af797d5abc8f56a2496faf9a7b78e5076c3b8a022fe3bce */
    {
        .name = "a label with a slash", .method = "GET", .region = "eu-west-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.eu-west-1.amazonaws.com",
        .path = "/api/v1/label/%40aws.account%2Fid/values",
        .query = "end=1764003600&start=1764000000",
        .canonical_path = "/api/v1/label/%2540aws.account%252Fid/values",
        .canonical_query = "end=1764003600&start=1764000000",
        .canonical_rest = "host:monitoring.eu-west-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "\n"
                          "host;x-amz-date\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date",
        .signature = "4d62522d2592ceed1d70a8014d1f1ee471edb87070cbe752cd62e9fcd9fa63f9",
    },
    /*  sum by (InstanceId) (rate({"CPUUtilization", "@resource.service.name"="ec2"}[5m])), every character but the unreserved ones encoded: blank 20,
        ( 28, ) 29, { 7B, " 22, comma 2C, @ 40, = 3D, } 7D, [ 5B, ] 5D. So sent, so signed.
            SHA-256   70c97333b913e80b9187d14612e472979edf249ca9faa77a4bf0fdf2a8ccda96
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   bd6168de2704865e3f6f0433eecd23caa3eece498f3ddd8ed6c1366131bef06f
            kService  524e6dcc56cc580b9f12a4a6b0063ae60c445e0eff104ed70311bcb21d956299
            kSigning  76860e92e3c6a9f75af797d5abc8f56a2496faf9a7b78e5076c3b8a022fe3bce */
    {
        .name = "an expression, all encoded", .method = "GET", .region = "eu-west-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.eu-west-1.amazonaws.com",
        .path = "/api/v1/query",
        .query = "query=sum%20by%20%28InstanceId%29%20%28rate%28%7B%22CPUUtilization%22%2C%20%22%40resource.service.name%22%3D%22ec2%22%7D%5B5m%5D"
                 "%29%29&time=1764000000",
        .canonical_path = "/api/v1/query",
        .canonical_query = "query=sum%20by%20%28InstanceId%29%20%28rate%28%7B%22CPUUtilization%22%2C%20%22%40resource.service.name%22%3D%22ec2%22"
                           "%7D%5B5m%5D%29%29&time=1764000000",
        .canonical_rest = "host:monitoring.eu-west-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "\n"
                          "host;x-amz-date\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date",
        .signature = "83940e39893e9439f11d2577dbe387d2025f0c40510557d3d0d64e07d631d79e",
    },
    /*  The same expression with its brackets left alone, as encodeURIComponent leaves ( and ), lower-case digits, and the parameters the other
        way round: the canonical query is that of the vector before, and so is the signature.
            SHA-256   70c97333b913e80b9187d14612e472979edf249ca9faa77a4bf0fdf2a8ccda96
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   bd6168de2704865e3f6f0433eecd23caa3eece498f3ddd8ed6c1366131bef06f
            kService  524e6dcc56cc580b9f12a4a6b0063ae60c445e0eff104ed70311bcb21d956299
            kSigning  76860e92e3c6a9f75af797d5abc8f56a2496faf9a7b78e5076c3b8a022fe3bce */
    {
        .name = "an expression as a browser encodes it", .method = "GET", .region = "eu-west-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.eu-west-1.amazonaws.com",
        .path = "/api/v1/query",
        .query = "time=1764000000&query=sum%20by%20(InstanceId)%20(rate(%7b%22CPUUtilization%22%2c%20%22%40resource.service.name%22%3d%22ec2%22%7d"
                 "%5b5m%5d))",
        .canonical_path = "/api/v1/query",
        .canonical_query = "query=sum%20by%20%28InstanceId%29%20%28rate%28%7B%22CPUUtilization%22%2C%20%22%40resource.service.name%22%3D%22ec2%22"
                           "%7D%5B5m%5D%29%29&time=1764000000",
        .canonical_rest = "host:monitoring.eu-west-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "\n"
                          "host;x-amz-date\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date",
        .signature = "83940e39893e9439f11d2577dbe387d2025f0c40510557d3d0d64e07d631d79e",
    },
    /*  {__name__=~"b+"} and {__name__="a"}: a '+' as it stands is a plus (2B) and no blank, and %7E is '~', which needs no encoding. Behind the
        same name the values decide: they are the same up to %3D, and there '%' (of %22, 25 in hex) comes before '~' (7E).
            SHA-256   d747925f7d0c62ec75472bcec7bdd6c76dfc18f895cb9b04e23a8c6d452d2eaf
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   bd6168de2704865e3f6f0433eecd23caa3eece498f3ddd8ed6c1366131bef06f
            kService  524e6dcc56cc580b9f12a4a6b0063ae60c445e0eff104ed70311bcb21d956299
            kSigning  76860e92e3c6a9f75af797d5abc8f56a2496faf9a7b78e5076c3b8a022fe3bce */
    {
        .name = "a plus, a tilde and two selectors", .method = "GET", .region = "eu-west-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.eu-west-1.amazonaws.com",
        .path = "/api/v1/series",
        .query = "match%5B%5D=%7B__name__%3D%7E%22b+%22%7D&match%5B%5D=%7B__name__%3D%22a%22%7D&start=1764000000&end=1764003600",
        .canonical_path = "/api/v1/series",
        .canonical_query = "end=1764003600&match%5B%5D=%7B__name__%3D%22a%22%7D&match%5B%5D=%7B__name__%3D~%22b%2B%22%7D&start=1764000000",
        .canonical_rest = "host:monitoring.eu-west-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "\n"
                          "host;x-amz-date\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .signed_names = "host;x-amz-date",
        .signature = "1fa575266c55d7fc2a3683884c76c129608ddf91c142cb16ef74837d4a71d730",
    },
    /*  A form has the expression in its body: the canonical query is empty, the body's SHA-256 stands at the end, and the order of its
        parameters counts.
            body      267d1c0adf4d2c764a58aabac7cc62bd6edd852eb28df754de4fa7298c46b471
            SHA-256   7108ce85106d6099d30ac94a7cd06452e76e3909b34833dd49d028376b9e2893
            kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
            kRegion   bd6168de2704865e3f6f0433eecd23caa3eece498f3ddd8ed6c1366131bef06f
            kService  524e6dcc56cc580b9f12a4a6b0063ae60c445e0eff104ed70311bcb21d956299
            kSigning  76860e92e3c6a9f75af797d5abc8f56a2496faf9a7b78e5076c3b8a022fe3bce */
    {
        .name = "an expression in a form", .method = "POST", .region = "eu-west-1", .date = "20261122T230507Z",
        .wall_ms = INT64_C (1795388707000), .host = "monitoring.eu-west-1.amazonaws.com",
        .content_type = "application/x-www-form-urlencoded",
        .path = "/api/v1/query_range",
        .body = "query=sum%20by%20%28InstanceId%29%20%28rate%28%7B%22CPUUtilization%22%2C%20%22%40resource.service.name%22%3D%22ec2%22%7D%5B5m%5D"
                "%29%29&start=1764000000&end=1764003600&step=5m",
        .canonical_path = "/api/v1/query_range",
        .canonical_query = "",
        .canonical_rest = "content-type:application/x-www-form-urlencoded\n"
                          "host:monitoring.eu-west-1.amazonaws.com\n"
                          "x-amz-date:20261122T230507Z\n"
                          "\n"
                          "content-type;host;x-amz-date\n"
                          "267d1c0adf4d2c764a58aabac7cc62bd6edd852eb28df754de4fa7298c46b471",
        .signed_names = "content-type;host;x-amz-date",
        .signature = "8fa24836abebb976e4db25efc0b0025db746910041d8608f872d46a69b460580",
    },
};
/* clang-format on */

enum { PROMQL_VECTORS_COUNT = sizeof PROMQL_VECTORS / sizeof *PROMQL_VECTORS };

#endif
