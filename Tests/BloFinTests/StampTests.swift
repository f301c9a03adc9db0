import JSONText
import Testing
import Trading
import Units

@testable import BloFin

/// What moments a message may state: milliseconds since 1970, and none that is yet to come.
@Suite struct `Stamps of messages` {
  private let btc = InstrumentID("BTC-USDT")
  private let now = moment(1_767_225_600_511)

  private func decoder(_ topic: BloFinTopic) -> StreamDecoder {
    var decoder = StreamDecoder(catalog: catalog(instrument()))
    decoder.setTopics([topic])
    return decoder
  }

  private func ticker(_ stamp: String) -> String {
    """
    {"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT",\
    "last":"60500.1","lastSize":"1","askPrice":"60500.2","askSize":"11","bidPrice":"60500.1",\
    "bidSize":"5","open24h":"60010.5","high24h":"61200","low24h":"59800",\
    "volCurrency24h":"50493.8","vol24h":"50493800","ts":"\(stamp)"}]}
    """
  }

  private func candle(_ stamp: String) -> String {
    """
    {"arg":{"channel":"candle1m","instId":"BTC-USDT"},"data":[["\(stamp)","2","3","1","2",\
    "1","1","1","0"]]}
    """
  }

  /// What a message states, in milliseconds, or why it was refused.
  private func outcome(
    _ text: String, _ topic: BloFinTopic, latest: Timestamp = .latestPlausible
  ) -> String {
    var decoder = decoder(topic)
    let bytes = Array(text.utf8)
    do throws(StreamProblem) {
      let message = try bytes.withUnsafeBufferPointer { (buffer) throws(StreamProblem) in
        try decoder.decode(UnsafeRawBufferPointer(buffer), at: now, latest: latest)
      }
      switch message {
      case .market(_, .ticker(let ticker)): return "\(ticker.exchangeTime.milliseconds)"
      case .market(_, .candle(_, _, let candle)): return "\(candle.openTime.milliseconds)"
      case let other: return "\(other)"
      }
    } catch {
      return "\(error.problem.reason)"
    }
  }

  @Test(
    arguments: [
      1_767_225_600, 1_767_225_600_511_000, 1_767_225_600_511_000_000, 0, -1_767_225_600_511,
    ] as [Int64])
  func `C05 seconds, microseconds, nanoseconds and nothing are no milliseconds`(stamp: Int64) {
    let refused = "\(JSONProblem.Reason.implausibleTime(stamp))"
    #expect(outcome(ticker("\(stamp)"), .ticker(btc)) == refused)
    #expect(outcome(candle("\(stamp)"), .candles(btc, .oneMinute)) == refused)
  }

  @Test(
    arguments: [
      // A leap day, the hour that summer time leaves out in Europe, and the ends of 31 and 32 bits.
      1_709_164_800_000, 1_774_746_000_000, 2_147_483_648_000, 4_294_967_296_000,
    ] as [Int64])
  func `C05 leap days, summer time and the years after 2038 are moments like others`(
    stamp: Int64
  ) {
    #expect(outcome(ticker("\(stamp)"), .ticker(btc)) == "\(stamp)")
    #expect(outcome(candle("\(stamp)"), .candles(btc, .oneMinute)) == "\(stamp)")
  }

  @Test func `B15 C05 what is yet to come is refused, for nothing after it would count`() {
    let latest = now + .minutes(1)
    let last = "\(latest.milliseconds)"
    let next = "\(latest.milliseconds + 1)"
    let refused = JSONProblem.Reason.unknownValue(
      "\(latest + .milliseconds(1)), which is yet to come")
    #expect(outcome(ticker(last), .ticker(btc), latest: latest) == last)
    #expect(outcome(ticker(next), .ticker(btc), latest: latest) == "\(refused)")
    #expect(outcome(candle(last), .candles(btc, .oneMinute), latest: latest) == last)
    #expect(outcome(candle(next), .candles(btc, .oneMinute), latest: latest) == "\(refused)")
  }

  @Test func `B06 a price between two ticks fails the book's message and says so`() throws {
    var decoder = decoder(.book(btc))
    let problem = #expect(throws: StreamProblem.self) {
      _ = try decoder.decode(
        """
        {"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":{\
        "asks":[[60500.2,486]],"bids":[[60500.05,7304]],"ts":"1767225600520","prevSeqId":"0",\
        "seqId":"100"}}
        """)
    }
    #expect(problem?.topic == .book(btc))
    #expect(
      problem?.problem.reason == .unknownValue("60500.05, which is off the tick of 0.1"))
  }
}
