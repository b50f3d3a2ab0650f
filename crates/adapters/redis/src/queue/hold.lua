-- ARGV: until when, then the keys.
for i = 2, #ARGV do
    local id = redis.call('HGET', IDS, ARGV[i])
    if id then
        redis.call('ZADD', DUE, 'XX', ARGV[1], id)
    end
end
