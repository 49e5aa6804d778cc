//  words - how this page says numbers, and how it makes elements
//
//  What a server sends is put on the page as text only: there is no place that would read it as HTML.

//  "4 µs", "0.12 ms", "4.2 ms", "48 ms", "1.23 s"
export function took (us) {
    const ms = us / 1000;
    if (ms >= 999.5)
        return `${(ms / 1000).toFixed (ms < 9995 ? 2 : 1)} s`;
    if (us > 0 && us < 9.5)
        return `${Math.round (us)} µs`;
    return `${ms === 0 ? 0 : ms.toFixed (ms >= 9.95 ? 0 : ms >= 0.995 ? 1 : 2)} ms`;
}

//  "41 of 48 ms", or "0.80 ms of 1.20 s"
export function part (us, of_us) {
    const [number, unit] = took (us).split (' '), whole = took (of_us);
    return whole.endsWith (` ${unit}`) ? `${number} of ${whole}` : `${number} ${unit} of ${whole}`;
}

export const rate = per_s => `${per_s > 0 && per_s < 0.05 ? '<0.1' : per_s >= 9.95 || per_s === 0 ? Math.round (per_s) : per_s.toFixed (1)}/s`;
export const many = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

//  A time of day here, to the millisecond.
export function clock (time) {
    const date = new Date (time), two = number => String (number).padStart (2, '0');
    return Number.isNaN (date.getTime ()) ? '' :
        `${two (date.getHours ())}:${two (date.getMinutes ())}:${two (date.getSeconds ())}.${String (date.getMilliseconds ()).padStart (3, '0')}`;
}

//  An element with attributes and children; strings become text. A null child is none.
export function make (name, attributes = {}, ...children) {
    return fill (document.createElement (name), attributes, children);
}

export function makeSvg (name, attributes = {}, ...children) {
    return fill (document.createElementNS ('http://www.w3.org/2000/svg', name), attributes, children);
}

function fill (element, attributes, children) {
    for (const [key, value] of Object.entries (attributes))
        if (value !== null && value !== undefined)
            element.setAttribute (key, value);
    element.append (...children.filter (child => child !== null && child !== undefined));
    return element;
}

//  A name with underscores, which may be broken behind them.
export const breakable = name => String (name).split (/(?<=_)/).flatMap ((piece, i) => i ? [make ('wbr'), piece] : [piece]);

//  Says something only when it changed, so that nothing is read aloud twice.
export function say (element, text) {
    if (element.textContent !== text)
        element.textContent = text;
}
