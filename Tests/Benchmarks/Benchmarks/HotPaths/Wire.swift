import Benchmark
import BloFin
import MarketData
import Secrets
import Trading
import Transport
import Units

/// What crosses the wire: pushes decoded, orders signed.
func wireBenchmarks() {
  Benchmark("wire: decode a ticker push", configuration: repeated) { benchmark in
    var decoder = Pushes.decoder(.ticker(Pushes.btc))
    for _ in benchmark.scaledIterations {
      blackHole(try Pushes.decode(Pushes.ticker, &decoder))
    }
  }
  Benchmark("wire: decode and apply a 10-level book change", configuration: repeated) {
    benchmark in
    let (snapshot, changes) = Pushes.book(changes: 1_000)
    var decoder = Pushes.decoder(.book(Pushes.btc))
    var book = OrderBook()
    try Pushes.apply(snapshot, to: &book, &decoder)
    benchmark.startMeasurement()
    for index in benchmark.scaledIterations {
      try Pushes.apply(changes[index], to: &book, &decoder)
    }
    benchmark.stopMeasurement()
    precondition(book.isSynced, "every change was applied")
  }
  Benchmark("wire: build and sign an order", configuration: repeated) { benchmark in
    let bodies = RequestBodies(brokerID: nil)
    let signer = RequestSigner(try Pushes.credentials(), nonceSeed: 1)
    let order = OrderRequest(
      clientOrderID: ClientOrderID("p1a2b3c4d5e6f7a8b9"), instrument: Pushes.btc, side: .buy,
      marginMode: .isolated, type: .limit("94321.5"), contracts: "12.5", reduceOnly: false,
      stopLoss: Trigger(triggerPrice: "93000"))
    for _ in benchmark.scaledIterations {
      let body = bodies.order(blackHoled(order))
      blackHole(
        signer.headers(
          method: .post, target: "/api/v1/trade/order", body: body,
          at: Timestamp(milliseconds: 1_767_225_600_456)))
      blackHole(body)
    }
  }
}

/// Messages as BloFin sends them.
enum Pushes {
  static let btc = InstrumentID("BTC-USDT")

  /// 300 bytes, as in the public recordings.
  static let ticker = Array(
    #"""
    {"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","last":"94321.5",\#
    "lastSize":"12","askPrice":"94321.6","askSize":"248","bidPrice":"94321.5","bidSize":"163",\#
    "high24h":"95811.3","open24h":"93012.8","low24h":"92750.1","volCurrency24h":"38150.4821",\#
    "vol24h":"38150482","ts":"1763200000113"}]}
    """#.utf8)

  static func decoder(_ topic: BloFinTopic) -> StreamDecoder {
    var decoder = StreamDecoder(catalog: InstrumentCatalog())
    decoder.setTopics([topic])
    return decoder
  }

  static func decode(_ bytes: [UInt8], _ decoder: inout StreamDecoder) throws -> StreamMessage {
    try bytes.withUnsafeBytes {
      try decoder.decode($0, at: Timestamp(milliseconds: 1_763_200_000_200))
    }
  }

  static func apply(
    _ bytes: [UInt8], to book: inout OrderBook, _ decoder: inout StreamDecoder
  ) throws {
    guard case .market(_, .book(let update)) = try decode(bytes, &decoder) else {
      preconditionFailure("the push is one of a book")
    }
    blackHole(book.apply(update))
  }

  /// A snapshot of 200 levels a side, and changes of five levels a side near the best prices: sizes
  /// that change, levels that go and levels that come back.
  static func book(changes count: Int) -> (snapshot: [UInt8], changes: [[UInt8]]) {
    func side(_ levels: [(tenths: Int, size: Int)]) -> String {
      "["
        + levels.map { "[\($0.tenths / 10).\($0.tenths % 10),\($0.size)]" }
        .joined(separator: ",") + "]"
    }
    func message(
      _ action: String, _ asks: [(Int, Int)], _ bids: [(Int, Int)], _ sequence: Int, _ previous: Int
    ) -> [UInt8] {
      Array(
        """
        {"arg":{"channel":"books","instId":"BTC-USDT"},"action":"\(action)","data":{"asks":\
        \(side(asks)),"bids":\(side(bids)),"ts":"1763200000113","prevSeqId":"\(previous)",\
        "seqId":"\(sequence)"}}
        """.utf8)
    }
    let snapshot = message(
      "snapshot", (1...200).map { (943_215 + $0, 10 + $0) },
      (0..<200).map { (943_215 - $0, 5 + $0) },
      1_000, 0)
    var random = SeededRandom(seed: 7)
    let changes = (0..<count).map { index in
      func near(_ sign: Int) -> [(Int, Int)] {
        var steps: Set<Int> = []
        while steps.count < 5 { steps.insert(1 + Int(random.below(30))) }
        return steps.sorted().map { step in
          (943_215 + sign * step, random.below(4) == 0 ? 0 : 1 + Int(random.below(500)))
        }
      }
      return message("update", near(1), near(-1), 1_001 + index, 1_000 + index)
    }
    return (snapshot, changes)
  }

  static func credentials() throws -> BloFinCredentials {
    func secret(_ text: String) -> Secret { Secret(consuming: Array(text.utf8)) }
    return try BloFinCredentials(
      environment: .demo, key: secret("0123456789abcdef0123456789abcdef"),
      secret: secret("a1b2c3d4e5f60718293a4b5c6d7e8f90"), passphrase: secret("Bot-Pass_2026"),
      brokerID: nil)
  }
}
