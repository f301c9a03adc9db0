import Testing

@testable import EventLoop

@Test func `C02 each time that the clock is set is told once, and drift is not`() {
  var steps = ClockSteps()
  let readings: [Int64] = [0, 3, -4, -600_000, -600_002, -599_500, 0, 2, 3_600_000, 3_600_000]
  #expect(
    readings.map { steps.take($0) }
      == [nil, nil, nil, -600_000, nil, nil, 0, nil, 3_600_000, nil])
}
