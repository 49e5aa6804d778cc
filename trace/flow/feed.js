//  feed - the line to the server: what it tells goes to the page, and when it breaks it is laid again
//
//  The browser's own reconnecting gives up at the first answer that is no stream (a proxy's 502 while the server starts), and does not notice
//  a line that went silent; so each try is a new EventSource.

const RETRY_MS = 500, RETRY_MS_MAX = 5000;
const SILENT_MS = 5000;                 //  Ten states that did not come

//  on: { open (), call (call), state (state), lost (retry_ms) }. Returns { close () }.
export function follow (url, on) {
    let source, silence, again, retry_ms = RETRY_MS;

    const lose = () => {
        source.close ();
        clearTimeout (silence);
        clearTimeout (again);
        on.lost (retry_ms);
        again = setTimeout (connect, retry_ms);
        retry_ms = Math.min (retry_ms * 2, RETRY_MS_MAX);
    };
    const heard = () => {
        clearTimeout (silence);
        silence = setTimeout (lose, SILENT_MS);
    };
    const told = take => event => {
        heard ();
        let value;
        try { value = JSON.parse (event.data); } catch { return; }
        take (value);
    };
    function connect () {
        source = new EventSource (url);
        source.onopen = () => {
            retry_ms = RETRY_MS;
            heard ();
            on.open ();
        };
        source.onerror = lose;
        source.addEventListener ('call', told (on.call));
        source.addEventListener ('state', told (on.state));
    }
    connect ();
    return { close: () => { source.close (); clearTimeout (silence); clearTimeout (again); } };
}
