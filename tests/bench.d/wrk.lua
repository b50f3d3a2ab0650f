-- Sends the requests of a file in turn, and prints one line in the end:
-- requests per second, the median and the 99th percentile of the latency in milliseconds, and how many
-- requests had no good answer.
-- The file: a line with a name, then a line for each request: an access token or "-", a tab, the path.

local threads = 0

function setup(thread)
    thread:set("first", threads)
    threads = threads + 1
end

function init(arguments)
    requests = {}
    local lines = io.lines(arguments[1])
    lines()
    for line in lines do
        local token, path = line:match("^(.-)\t(.+)$")
        local headers = {}
        if token ~= "-" then
            headers["Authorization"] = "Bearer " .. token
        end
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
    -- The threads begin at different places.
    next_request = first * 7
end

function request()
    next_request = next_request + 1
    return requests[next_request % #requests + 1]
end

function done(summary, latency, _)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    local per_second = summary.requests / (summary.duration / 1e6)
    print(string.format(
        "%.0f %.2f %.2f %d", per_second, latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
