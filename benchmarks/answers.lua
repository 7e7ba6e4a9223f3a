-- How does one person after another answer? wrk runs this once for each thread; each thread has one connection.
-- Arguments: file of people, campaign, csrf token, items, "long" or "single", saves a second of all threads (0: as fast
-- as answers come), threads. A person keeps the own session cookie; the next person takes over the connection.
local ffi = require("ffi")
ffi.cdef[[ typedef struct { long s; long ns; } moment; int clock_gettime(int clock, moment *now); ]]
local moment = ffi.new("moment")
local function now()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.s) * 1000 + tonumber(moment.ns) / 1e6
end

local threads = {}
function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local cookies, person, item, looking, due, interval = {}, 0, 0, false, 0, 0
local choices = {"yes", "no", "not_applicable"}
saved, wrong, late, looked = 0, 0, 0, 0

function init(args)
  campaign, csrf, items, mode = args[2], args[3], tonumber(args[4]), args[5]
  local rate, all, place = tonumber(args[6]), tonumber(args[7]), 0
  for line in io.lines(args[1]) do
    if place % all == number then table.insert(cookies, line:match("^%S+ (.*)$")) end
    place = place + 1
  end
  if rate > 0 then
    interval = all / rate * 1000
    due = now() + interval * number / all
  end
end

function delay()
  if interval == 0 or looking then return 0 end
  local wait = due - now()
  if wait < -interval then late = late + 1 end
  due = due + interval
  return wait > 0 and wait or 0
end

function request()
  local who = cookies[person % #cookies + 1]
  local headers = {Cookie = who, ["Content-Type"] = "application/x-www-form-urlencoded"}
  if looking then
    return wrk.format("GET", "/answer/" .. campaign .. "/items/" .. (item % items + 1) .. "/", headers)
  end
  -- Another round gives other answers, so that each one changes its row.
  local body = "csrfmiddlewaretoken=" .. csrf .. "&answer=" .. choices[(item + math.floor(person / #cookies)) % 3 + 1]
  if mode == "long" then
    headers["HX-Request"] = "true"
    return wrk.format("POST", "/answer/" .. campaign .. "/all/", headers, body .. "&position=" .. (item + 1))
  end
  return wrk.format("POST", "/answer/" .. campaign .. "/items/" .. (item + 1) .. "/", headers, body)
end

function response(status)
  if looking then
    looked = looked + 1
    if status ~= 200 then wrong = wrong + 1 end
    looking = false
  else
    if status == (mode == "long" and 200 or 302) then saved = saved + 1 else wrong = wrong + 1 end
    looking = mode == "single"
  end
  if not looking then
    item = item + 1
    if item == items then item, person = 0, person + 1 end
  end
end

function done(summary, latency)
  local sums = {saved = 0, wrong = 0, late = 0, looked = 0}
  for _, thread in ipairs(threads) do
    for name in pairs(sums) do sums[name] = sums[name] + thread:get(name) end
  end
  local e = summary.errors
  io.write(string.format(
    '{"seconds": %f, "saved": %d, "wrong": %d, "late": %d, "looked": %d, "broken": %d, "p50": %f, "p95": %f, "p99": %f, "max": %f}\n',
    summary.duration / 1e6, sums.saved, sums.wrong, sums.late, sums.looked, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
