-- Questions for wrk, asked in turn: see "How many questions a second" in docs/operate.md.
local questions = {
  "How do we start?",
  "How can we offer jobs to local people?",
  "How can we use procurement for social value?",
  "What have trusts done about housing?",
  "How can we improve green space and air quality?",
  "How do we measure impact?",
  "How many young people got jobs through Healthcare Horizons?",
  "Compare ELFT and Mid and South Essex on funding",
  "Who can I contact about clean air at GOSH?",
  "What is the annual budget of the Lincoln Green pilot?",
}
local at = 0
request = function()
  at = at % #questions + 1
  local body = '{"question": "' .. questions[at] .. '"}'
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end

-- wrk prints no 95th percentile of its own.
done = function(summary, latency, requests)
  io.write(string.format("95%% %.0f ms, %d errors\n", latency:percentile(95) / 1000,
    summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read))
end
