import TestSupport
import Testing
import Trading
import Units

@testable import CandleCache

@Suite struct CandleCodingTests {
  private let name = "blofin-live BTC-USDT 15m"

  private func read(_ bytes: [UInt8]) throws(CandleCoding.Fault) -> [Candle] {
    try CandleCoding.candles(bytes, named: name, .fifteenMinutes)
  }

  private func written(_ candles: [Candle]) -> [UInt8] {
    CandleCoding.bytes(candles, named: name, .fifteenMinutes)
  }

  @Test func `candles come back as they were, to the last of eighteen places`() throws {
    let candles = [
      Sample.candle(
        Candles.time(0), "0.000000000000000001", high: "12345678901.5", close: "3.25",
        volume: "0.000000000000000007"),
      Sample.candle(Candles.time(1), "64000", volume: 0),
      Sample.candle(Candles.time(700), "63999.9", low: "0.1", volume: "98765432109.123456"),
    ]
    #expect(try read(written(candles)) == candles)
    #expect(try read(written([])) == [])
  }

  @Test func `a candle takes some ten bytes`() {
    #expect(written(Candles.row(0..<1_000)).count < 11_000)
  }

  @Test func `a byte that changed anywhere is noticed`() {
    let bytes = written(Candles.row(0..<20))
    for place in bytes.indices {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var changed = bytes
        changed[place] ^= change
        #expect(throws: CandleCoding.Fault.self, "byte \(place) by \(change)") {
          try read(changed)
        }
      }
    }
  }

  @Test func `a file that ends too soon, or goes on, is noticed`() {
    let bytes = written(Candles.row(0..<20))
    for count in 0..<bytes.count {
      #expect(throws: CandleCoding.Fault.self, "\(count) bytes") {
        try read(Array(bytes.prefix(count)))
      }
    }
    #expect(throws: CandleCoding.Fault.damaged("its check does not fit")) {
      try read(bytes + [0])
    }
    #expect(throws: CandleCoding.Fault.damaged("it does not begin as one")) { try read([]) }
  }

  @Test func `another version and candles of something else are named`() {
    var bytes = written(Candles.row(0..<3))
    #expect(throws: CandleCoding.Fault.belongsToOther(name)) {
      try CandleCoding.candles(bytes, named: "blofin-demo BTC-USDT 15m", .fifteenMinutes)
    }
    bytes[8] = 2
    #expect(throws: CandleCoding.Fault.otherVersion(2)) { try read(bytes) }
  }

  @Test func `numbers that no candle has are refused though the check fits`() {
    // Whatever a program with a fault may write: whole numbers at random behind a sound head.
    for seed in UInt64(1)...200 {
      var random = SeededRandom(seed: seed)
      var writer = GroupWriter(Array("perpcndl".utf8))
      writer.put(1)
      writer.put(name)
      for _ in 0..<40 {
        let isHuge = random.below(6) == 0
        writer.put(
          isHuge ? UInt128(random.next()) << UInt128(random.below(60)) : UInt128(random.below(9)))
      }
      writer.putDigest()
      #expect(throws: CandleCoding.Fault.self, "seed \(seed)") { try read(writer.bytes) }
    }
  }
}
