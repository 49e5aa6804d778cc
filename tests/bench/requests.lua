--  requests.lua - wrk sends the requests of a file in turn, and says the result as one line of numbers
--
--  wrk … -s requests.lua URL -- FILE [PAUSE_MS]
--  With a pause each connection waits so long before each request; the wait is not in the latencies.
--  The file: for each request its headers, an empty line, its body as one line, and a line "%%".

local requests, next_request, pause_ms = {}, 0, 0

function init (args)
    pause_ms = tonumber (args [2] or 0)
    local headers, body
    for line in io.lines (args [1]) do
        if line == "%%" then
            requests [#requests + 1] = wrk.format ("POST", nil, headers, body)
            headers, body = nil, nil
        elseif line ~= "" then
            local name, value = line:match ("^([%w-]+): (.*)$")
            if name and not line:match ("^[%[{]") then
                headers = headers or {}
                headers [name] = value
            else
                body = line
            end
        end
    end
end

function request ()
    next_request = next_request % #requests + 1
    return requests [next_request]
end

function delay ()
    return pause_ms
end

function done (summary, latency)
    local e = summary.errors
    io.write (string.format ("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile (50), latency:percentile (99),
        e.connect + e.read + e.write + e.status + e.timeout))
end
