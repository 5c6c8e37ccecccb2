-- Mixed visitors for wrk: pages, JSON, signals, refusals, consents and withdrawals, a connection each.
local form = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Sec-Fetch-Site"] = "same-origin", ["Connection"] = "close" }
local function visit(path, more)
  local fields = { ["Connection"] = "close", ["Accept"] = "text/html", ["Sec-Fetch-Dest"] = "document", ["Sec-Fetch-Mode"] = "navigate" }
  for name, value in pairs(more or {}) do fields[name] = value end
  return wrk.format("GET", path, fields)
end
local function choose(choice) return wrk.format("POST", "/consent", form, "choice=" .. choice .. "&from=banner") end

local requests, at, refused = {}, 0, 0
function init()
  requests = {
    visit("/page"), visit("/json"), visit("/page", { ["Sec-GPC"] = "1" }), visit("/page", { Cookie = "basket=1; _ga=GA1.1.5; _fbp=2" }),
    visit("/consent"), visit("/.well-known/gpc.json"), choose("accept-all"), visit("/page", { Cookie = "abide=1.nddd.1.1.1..~x" }),
    choose("reject-all"), visit("/json", { DNT = "1", Cookie = string.rep("c=1; ", 40) }), choose("withdraw"), visit("/page?" .. string.rep("q", 900)),
  }
end
function request()
  at = at % #requests + 1
  return requests[at]
end
