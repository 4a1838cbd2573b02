import { createHash } from "node:crypto";

/** A script that Redis runs in one step, and the name by which it keeps it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

function script(text: string): Script {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** Numbers beyond 10^14 would be written with an exponent. */
const int = "local function int(x) return string.format('%.0f', x) end\n";

/**
 * The state of one count: minutes as window, current, previous; places as how many are held; budgets as what is spent and
 * reserved. A budget that is not there is taken for spent as far as the caller knows it.
 */
const read = `
local minute = 60000
local function readMinute(key, now)
  local h = redis.call('HMGET', key, 'w', 'c', 'p')
  local w, c, p = tonumber(h[1] or 0), tonumber(h[2] or 0), tonumber(h[3] or 0)
  local window = math.floor(now / minute)
  if window > w then
    if window == w + 1 then p = c else p = 0 end
    c, w = 0, window
  end
  return w, c, p
end
local function readBudget(key, known)
  local h = redis.call('HMGET', key, 's', 'r')
  if not h[1] then return known, 0 end
  return tonumber(h[1]), tonumber(h[2] or 0)
end
`;

/**
 * A replica that dies settles nothing: what its calls had reserved of a budget is given back when their claims end. They stand
 * beside the sum, each as amount and end; they are looked through no earlier than the first end.
 */
const release = `
local function release(key, now, reserved)
  local nextEnd = redis.call('HGET', key, 'n')
  if not nextEnd or now < tonumber(nextEnd) then return reserved end
  local all, first = redis.call('HGETALL', key), nil
  for i = 1, #all, 2 do
    local amount, ends = string.match(all[i + 1], '^(%d+) (%d+)$')
    if amount and tonumber(ends) <= now then
      reserved = math.max(0, reserved - tonumber(amount))
      redis.call('HDEL', key, all[i])
    elseif amount and (not first or tonumber(ends) < first) then
      first = tonumber(ends)
    end
  end
  if first then redis.call('HSET', key, 'n', int(first)) else redis.call('HDEL', key, 'n') end
  redis.call('HSET', key, 'r', int(reserved))
  return reserved
end
`;

/**
 * Takes all that is asked for, or nothing. KEYS: the claim, then a count for each demand. ARGV: now, lease, claim id,
 * milliseconds to keep the claim, `1` to take without looking for room; then for each demand kind, limit, amount, milliseconds
 * to keep a budget, and what is known to be spent of it. Returns the index that was refused (-1: none, -2: the claim is there
 * already), then three numbers a demand: its state afterwards.
 */
export const reserveScript: Script = script(`${int}${read}${release}
local now, lease, id, force = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[5] == '1'
if redis.call('EXISTS', KEYS[1]) == 1 then return {-2} end
local refused, takenAt, states = -1, now, {}
for i = 2, #KEYS do
  local a = 5 * (i - 2) + 6
  local kind, limit, amount = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local x, y, z, fits = 0, 0, 0, true
  if kind == 'm' then
    x, y, z = readMinute(KEYS[i], now)
    local sum = y * minute + z * (minute - math.max(0, now - x * minute)) + amount * minute
    fits = sum < limit * minute or (amount > 0 and sum == limit * minute)
    takenAt = math.max(takenAt, x * minute)
  else
    if kind == 'c' then
      redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
      x = redis.call('ZCARD', KEYS[i])
    else
      x, y = readBudget(KEYS[i], tonumber(ARGV[a + 4]))
      y = release(KEYS[i], now, y)
    end
    local sum = x + y + amount
    fits = sum < limit or (amount > 0 and sum == limit)
  end
  if not fits and refused < 0 and not force then refused = i - 2 end
  states[i] = {x, y, z}
end
if refused < 0 then
  for i = 2, #KEYS do
    local a = 5 * (i - 2) + 6
    local kind, amount, s = ARGV[a], tonumber(ARGV[a + 2]), states[i]
    if kind == 'm' then
      s[2] = s[2] + amount
      redis.call('HSET', KEYS[i], 'w', int(s[1]), 'c', int(s[2]), 'p', int(s[3]))
      redis.call('PEXPIRE', KEYS[i], 4 * minute)
    elseif kind == 'c' then
      s[1] = s[1] + amount
      for n = 1, amount do redis.call('ZADD', KEYS[i], int(now + lease), n .. '/' .. id) end
      if amount > 0 then redis.call('PEXPIRE', KEYS[i], int(lease + 60 * minute)) end
    else
      s[2] = s[2] + amount
      redis.call('HSET', KEYS[i], 's', int(s[1]), 'r', int(s[2]))
      if amount > 0 then
        local ends = int(now + tonumber(ARGV[4]))
        redis.call('HSET', KEYS[i], 'claim/' .. id, int(amount) .. ' ' .. ends)
        redis.call('HSETNX', KEYS[i], 'n', ends)
      end
      redis.call('PEXPIRE', KEYS[i], ARGV[a + 3])
    end
  end
  redis.call('SET', KEYS[1], int(takenAt), 'PX', ARGV[4])
end
local answer = {refused}
for i = 2, #KEYS do
  for j = 1, 3 do answer[#answer + 1] = states[i][j] end
end
return answer
`);

/**
 * Replaces what a claim took by what was used; once. KEYS as for reserving. ARGV: claim id, milliseconds to remember that it
 * is settled, `1` when a claim that is not known is to be counted all the same; then for each demand kind, amount, used,
 * milliseconds to keep a budget, and what is known to be spent. Returns three numbers a demand; spent and reserved of budgets.
 */
export const settleScript: Script = script(`${int}${read}
local id, taken = ARGV[1], redis.call('GET', KEYS[1])
if taken == '0' then return {} end
redis.call('SET', KEYS[1], '0', 'PX', ARGV[2])
if not taken and ARGV[3] ~= '1' then return {} end
local answer = {}
for i = 2, #KEYS do
  local a = 5 * (i - 2) + 4
  local kind, amount, used = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local x, y, z = 0, 0, 0
  if kind == 'm' then
    local h = redis.call('HMGET', KEYS[i], 'w', 'c', 'p')
    if taken and h[1] then
      local age = tonumber(h[1]) - math.floor(tonumber(taken) / minute)
      if age == 0 then redis.call('HSET', KEYS[i], 'c', int(math.max(0, tonumber(h[2]) + used - amount))) end
      if age == 1 then redis.call('HSET', KEYS[i], 'p', int(math.max(0, tonumber(h[3]) + used - amount))) end
    end
  elseif kind == 'c' then
    for n = 1, amount do redis.call('ZREM', KEYS[i], n .. '/' .. id) end
  else
    x, y = readBudget(KEYS[i], tonumber(ARGV[a + 4]))
    local held = redis.call('HGET', KEYS[i], 'claim/' .. id)
    if held then
      y = math.max(0, y - tonumber(string.match(held, '^%d+')))
      redis.call('HDEL', KEYS[i], 'claim/' .. id)
    end
    x = x + used
    redis.call('HSET', KEYS[i], 's', int(x), 'r', int(y))
    redis.call('PEXPIRE', KEYS[i], ARGV[a + 3])
  end
  for _, n in ipairs({x, y, z}) do answer[#answer + 1] = n end
end
return answer
`);

/**
 * Puts off when what a claim holds is free again. KEYS as for reserving, without minutes. ARGV: claim id, until when places are
 * held, milliseconds to keep the claim, until when; then for each kind and amount.
 */
export const renewScript: Script = script(`
local taken = redis.call('GET', KEYS[1])
if not taken or taken == '0' then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for i = 2, #KEYS do
  local kind, amount = ARGV[2 * i + 1], ARGV[2 * i + 2]
  if kind == 'b' then
    local field = 'claim/' .. ARGV[1]
    if redis.call('HEXISTS', KEYS[i], field) == 1 then redis.call('HSET', KEYS[i], field, amount .. ' ' .. ARGV[4]) end
  else
    for n = 1, tonumber(amount) do
      local member = n .. '/' .. ARGV[1]
      local score = redis.call('ZSCORE', KEYS[i], member)
      if score and tonumber(score) < tonumber(ARGV[2]) then redis.call('ZADD', KEYS[i], ARGV[2], member) end
    end
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  end
end
return 1
`);

/** KEYS: counts. ARGV: now, then for each kind and what is known to be spent. Returns three numbers each. */
export const peekScript: Script = script(`${read}
local now, answer = tonumber(ARGV[1]), {}
for i = 1, #KEYS do
  local kind, x, y, z = ARGV[2 * i], 0, 0, 0
  if kind == 'm' then
    x, y, z = readMinute(KEYS[i], now)
  elseif kind == 'c' then
    x = redis.call('ZCOUNT', KEYS[i], '(' .. ARGV[1], '+inf')
  else
    x, y = readBudget(KEYS[i], tonumber(ARGV[2 * i + 1]))
  end
  for _, n in ipairs({x, y, z}) do answer[#answer + 1] = n end
end
return answer
`);

/** KEYS: budgets. ARGV: for each what is spent at least, and milliseconds to keep it. */
export const seedScript: Script = script(`${int}${read}
for i = 1, #KEYS do
  local least = tonumber(ARGV[2 * i - 1])
  local spent, reserved = readBudget(KEYS[i], least)
  redis.call('HSET', KEYS[i], 's', int(math.max(spent, least)), 'r', int(reserved))
  redis.call('PEXPIRE', KEYS[i], ARGV[2 * i])
end
return #KEYS
`);

/**
 * Says that a replica lives. KEYS: replicas, memory. ARGV: replica id (empty: of one that only looks), a new name for this memory, milliseconds after which a
 * silent replica is gone. Returns the memory's name (it changes when Redis has lost what it knew) and how many replicas live.
 */
export const heartbeatScript: Script = script(`
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
redis.call('SET', KEYS[2], ARGV[2], 'NX')
if ARGV[1] ~= '' then redis.call('ZADD', KEYS[1], now, ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[3]))
return {redis.call('GET', KEYS[2]), redis.call('ZCARD', KEYS[1])}
`);
