-- ARGV: which jobs, the last place of the list, how many. Answers the body, the tries, the due time and the
-- last error of each.
if tonumber(ARGV[3]) <= 0 then
    return {}
end
local ids = redis.call('ZRANGE', ARGV[1] == 'parked' and PARKED or ALL, 0, ARGV[2])
local listed = {}
for i, id in ipairs(ids) do
    listed[i] = {
        redis.call('HGET', BODIES, id),
        redis.call('HGET', TRIES, id) or '0',
        redis.call('ZSCORE', DUE, id),
        redis.call('HGET', ERRORS, id),
    }
end
return listed
