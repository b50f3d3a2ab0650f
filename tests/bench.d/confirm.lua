-- Sends each request of a file once, and prints what wrk.lua prints. The file: a line for each request: an
-- access token, a tab, the path. Threads take every other line each.

local ffi = require("ffi")
ffi.cdef("struct moment { long seconds, micros; }; int gettimeofday(struct moment *, void *);")
local threads = {}

local function now()
    local moment = ffi.new("struct moment")
    ffi.C.gettimeofday(moment, nil)
    return tonumber(moment.seconds) + tonumber(moment.micros) / 1e6
end

function setup(thread)
    thread:set("first", #threads + 1)
    table.insert(threads, thread)
end

function init(arguments)
    requests, sent, good, bad, began, ended = {}, 0, 0, 0, 0, 0
    local number = 0
    for line in io.lines(arguments[1]) do
        number = number + 1
        if number % 2 == first % 2 then
            local token, path = line:match("^(.-)\t(.+)$")
            local headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
            requests[#requests + 1] = wrk.format("PATCH", path, headers, '{"isConfirmed":true}')
        end
    end
end

function request()
    if sent == 0 then began = now() end
    sent = sent + 1
    return requests[sent] or wrk.format("GET", "/health/live")
end

-- Connections that find nothing left to do keep quiet until the others are done.
function delay()
    return sent < #requests and 0 or 1000
end

function response(status, _, body)
    if status ~= 200 then
        bad = bad + 1
    elseif body:find('"isConfirmed":true', 1, true) then
        good = good + 1
    end
    if good + bad >= #requests then
        ended = now()
        wrk.thread:stop()
    end
end

function done(_, latency)
    local good, bad, first, last = 0, 0, math.huge, 0
    for _, thread in ipairs(threads) do
        good, bad = good + thread:get("good"), bad + thread:get("bad")
        first, last = math.min(first, thread:get("began")), math.max(last, thread:get("ended"))
    end
    print(string.format("%.0f %.2f %.2f %d", good / (last - first), latency:percentile(50) / 1000,
        latency:percentile(99) / 1000, bad))
end
