-- ARGV: now, until when the jobs are held, how many. Answers the body and the tries of each.
local ids = redis.call('ZRANGEBYSCORE', DUE, '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
local taken = {}
for i, id in ipairs(ids) do
    redis.call('ZADD', DUE, ARGV[2], id)
    taken[i] = { redis.call('HGET', BODIES, id), redis.call('HGET', TRIES, id) or '0' }
end
return taken
