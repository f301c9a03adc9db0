import JSONText
import Testing
import Trading
import Units

@testable import BloFin

private let btc = InstrumentID("BTC-USDT")
private let now = moment(1_767_225_630_000)

private func decoder(_ topics: BloFinTopic...) -> StreamDecoder {
  var decoder = StreamDecoder(catalog: catalog(instrument()))
  decoder.setTopics(topics)
  return decoder
}

private let ticker = """
  {"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT",\
  "last":"60500.1","lastSize":"1","askPrice":"60500.2","askSize":"11","bidPrice":"60500.1",\
  "bidSize":"5","open24h":"60010.5","high24h":"61200","low24h":"59800",\
  "volCurrency24h":"50493.8","vol24h":"50493800","ts":"1767225600511"}]}
  """

private func book(
  _ action: String, previous: String, sequence: String,
  asks: String = "[[60500.2,486],[60500.5,12]]", bids: String = "[[60500.1,7304]]"
) -> String {
  """
  {"arg":{"channel":"books","instId":"BTC-USDT"},"action":"\(action)","data":{"asks":\(asks),\
  "bids":\(bids),"ts":"1767225600520","prevSeqId":"\(previous)","seqId":"\(sequence)"}}
  """
}

@Suite struct `Stream messages about the market` {
  @Test func `reads a ticker`() throws {
    var decoder = decoder(.ticker(btc))
    #expect(
      try decoder.decode(ticker)
        == .market(
          place: 0,
          .ticker(
            Ticker(
              instrument: btc, lastPrice: "60500.1", lastContracts: 1, bidPrice: "60500.1",
              bidContracts: 5, askPrice: "60500.2", askContracts: 11, openPrice24h: "60010.5",
              highPrice24h: 61_200, lowPrice24h: 59_800, baseVolume24h: "50493.8",
              exchangeTime: moment(1_767_225_600_511)))))
  }

  @Test func `B05 reads a ticker of an empty side`() throws {
    var decoder = decoder(.ticker(btc))
    for nothing in ["\"\"", "null", "\"0\"", "\"0.000000000000000000\""] {
      let text = ticker.replacing("\"askPrice\":\"60500.2\"", with: "\"askPrice\":\(nothing)")
        .replacing("\"askSize\":\"11\"", with: "\"askSize\":\"\"")
      guard case .market(_, .ticker(let read)) = try decoder.decode(text) else {
        Issue.record("\(text)")
        continue
      }
      #expect(read.askPrice == nil && read.askContracts == 0)
    }
  }

  @Test(
    arguments: [
      ("\"0\"", .unknownValue("0"), 32),
      ("\"-1\"", .unknownValue("-1"), 33),
      ("\"NaN\"", .number(.malformed(at: 0)), 30),
      ("\"Infinity\"", .number(.malformed(at: 0)), 30),
      ("\"1e400\"", .number(.malformed(at: 1)), 31),
      ("1e400", .number(.malformed(at: 1)), 30),
      ("\"\"", .number(.empty), 30),
      ("null", .wrongKind(found: .null, expected: .number), 29),
      ("\"1,000\"", .number(.malformed(at: 1)), 31),
      ("\" 1\"", .number(.malformed(at: 0)), 30),
      ("\"1 \"", .number(.malformed(at: 1)), 31),
      ("\"0x10\"", .number(.malformed(at: 1)), 31),
      ("\"+1\"", .number(.malformed(at: 0)), 30),
      ("\".5\"", .number(.malformed(at: 0)), 30),
      ("\"5.\"", .number(.malformed(at: 2)), 32),
      ("\"00\"", .number(.malformed(at: 1)), 31),
      ("true", .wrongKind(found: .boolean, expected: .number), 29),
      ("{}", .wrongKind(found: .object, expected: .number), 29),
      ("[1]", .wrongKind(found: .array, expected: .number), 29),
      ("\"1.0000000000000000001\"", .number(.tooManyPlaces), 30),
      (
        "\"123456789012345678901234567890123456789012345678901234567890\"", .number(.outOfRange), 30
      ),
      ("\"1000000001\"", .unknownValue("1000000001"), 41),
    ] as [(String, JSONProblem.Reason, Int)])
  func `B07 takes no last price that is no plain price`(
    value: String, why: JSONProblem.Reason, offset: Int
  ) {
    var decoder = decoder(.ticker(btc))
    let text = ticker.replacing("\"last\":\"60500.1\"", with: "\"last\":\(value)")
    let problem = JSONProblem(why, offset: offset, field: "last")
    #expect(throws: StreamProblem(topic: .ticker(btc), problem: problem)) {
      _ = try decoder.decode(text)
    }
  }

  @Test(arguments: ["last", "lastSize", "open24h", "high24h", "low24h", "volCurrency24h", "ts"])
  func `B13 needs what it uses and takes what it does not know`(field: String) throws {
    var decoder = decoder(.ticker(btc))
    let missing = JSONProblem(
      .missing("last, lastSize, open24h, high24h, low24h, volCurrency24h or ts"), offset: 249,
      field: field == "ts" ? "tsX" : "ts")
    #expect(throws: StreamProblem(topic: .ticker(btc), problem: missing)) {
      _ = try decoder.decode(ticker.replacing("\"\(field)\":", with: "\"\(field)X\":"))
    }
    let more = ticker.replacing("\"\(field)\":", with: "\"new\":[{\"a\":null}],\"\(field)\":")
    let bare = ticker.replacing("\"60500.1\"", with: "60500.1")
    #expect(try decoder.decode(more) == decoder.decode(ticker))
    #expect(try decoder.decode(bare) == decoder.decode(ticker))
  }

  @Test func `takes no ticker of another instrument than subscribed`() {
    var decoder = decoder(.ticker(btc))
    let other = JSONProblem(.unknownValue("ETH-USDT"), offset: 21, field: "instId")
    #expect(throws: StreamProblem(topic: .ticker(btc), problem: other)) {
      _ = try decoder.decode(
        ticker.replacing("[{\"instId\":\"BTC-USDT\"", with: "[{\"instId\":\"ETH-USDT\""))
    }
  }

  @Test func `reads trades, candles, mark prices and funding rates`() throws {
    var decoder = decoder(
      .trades(btc), .candles(btc, .oneHour), .mark(btc), .funding(btc))
    let trade =
      """
      {"instId":"BTC-USDT","tradeId":"1","price":"60500.1","size":"1","side":"sell",\
      "ts":"1767225600511"}
      """
    let read = MarketTrade(
      tradeID: TradeID("1"), instrument: btc, takerSide: .sell, price: "60500.1", contracts: 1,
      exchangeTime: moment(1_767_225_600_511))
    let trades = #"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":"#
    #expect(try decoder.decode(trades + "[\(trade)]}") == .market(place: 0, .trade(read)))
    #expect(
      try decoder.decode(trades + "[\(trade),\(trade)]}")
        == .markets(place: 0, [.trade(read), .trade(read)]))
    #expect(try decoder.decode(trades + "[]}") == .markets(place: 0, []))
    #expect(
      try decoder.decode(
        """
        {"arg":{"channel":"candle1H","instId":"BTC-USDT"},"data":[["1767225600000","60490.1",\
        "60510","60488","60500.1","1520","1.52","91951.2","0"]]}
        """
      )
        == .market(
          place: 1,
          .candle(
            btc, .oneHour,
            Candle(
              openTime: moment(1_767_225_600_000), open: "60490.1", high: 60_510, low: 60_488,
              close: "60500.1", volume: "1.52", isClosed: false))))
    #expect(
      try decoder.decode(
        """
        {"arg":{"channel":"mark-price-candle1m","instId":"BTC-USDT"},"data":[["1767225600000",\
        "60490.3","60508","60487.7","60500","0"]]}
        """,
        at: now)
        == .market(
          place: 2,
          .mark(
            MarkPrice(
              instrument: btc, markPrice: 60_500, indexPrice: nil, exchangeTime: now))))
    let funding = String(decoding: try WireFile.bytes("ws-funding"), as: UTF8.self)
    #expect(
      try decoder.decode(funding)
        == .market(
          place: 3,
          .funding(
            FundingRate(
              instrument: btc, rate: "0.000078732404887192",
              nextFundingTime: moment(1_771_430_400_000)))))
  }

  @Test func `a mark price of an old bar is as old as the bar`() throws {
    var decoder = decoder(.mark(btc))
    let message = try decoder.decode(
      """
      {"arg":{"channel":"mark-price-candle1m","instId":"BTC-USDT"},"data":[["1767225600000",\
      "1","1","1","1","1"]]}
      """,
      at: now + .hours(1))
    guard case .market(_, .mark(let mark)) = message else {
      Issue.record("\(message)")
      return
    }
    #expect(mark.exchangeTime == moment(1_767_225_660_000))
  }
}

@Suite struct `Stream messages about books` {
  private func update(
    _ kind: BookUpdate.Kind, sequence: UInt64, previous: UInt64, bids: [BookLevel],
    asks: [BookLevel]
  ) -> StreamMessage {
    .market(
      place: 0,
      .book(
        BookUpdate(
          instrument: btc, kind: kind, bids: bids, asks: asks, sequence: sequence,
          previousSequence: previous, exchangeTime: moment(1_767_225_600_520))))
  }

  private let ask = BookLevel(price: "60500.2", contracts: 486)
  private let deeper = BookLevel(price: "60500.5", contracts: 12)
  private let bid = BookLevel(price: "60500.1", contracts: 7_304)

  @Test func `reads a snapshot and the updates that follow it`() throws {
    var decoder = decoder(.book(btc))
    #expect(
      try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
        == update(.snapshot, sequence: 100, previous: 0, bids: [bid], asks: [ask, deeper]))
    #expect(
      try decoder.decode(
        book(
          "update", previous: "100", sequence: "115", asks: #"[["60500.5","0"]]"#, bids: "[]"))
        == update(
          .delta, sequence: 115, previous: 100, bids: [],
          asks: [BookLevel(price: "60500.5", contracts: 0)]))
  }

  @Test func `B01 a gap asks for a snapshot, and nothing is applied before it`() throws {
    var decoder = decoder(.book(btc))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    #expect(
      try decoder.decode(book("update", previous: "101", sequence: "102")) == .bookGap(place: 0))
    #expect(
      try decoder.decode(book("update", previous: "102", sequence: "103"))
        == .bookIgnored(place: 0))
    #expect(
      try decoder.decode(book("snapshot", previous: "0", sequence: "200"))
        == update(.snapshot, sequence: 200, previous: 0, bids: [bid], asks: [ask, deeper]))
  }

  @Test func `B02 a duplicate and an older update are ignored`() throws {
    var decoder = decoder(.book(btc))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    _ = try decoder.decode(book("update", previous: "100", sequence: "110"))
    for (previous, sequence) in [("100", "110"), ("90", "100"), ("0", "1")] {
      #expect(
        try decoder.decode(book("update", previous: previous, sequence: sequence))
          == .bookIgnored(place: 0))
    }
    guard case .market = try decoder.decode(book("update", previous: "110", sequence: "111"))
    else {
      Issue.record("the chain was lost by an old message")
      return
    }
  }

  @Test func `B03 an update before the snapshot is ignored; a second snapshot replaces`() throws {
    var decoder = decoder(.book(btc))
    #expect(
      try decoder.decode(book("update", previous: "5", sequence: "6")) == .bookIgnored(place: 0))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    #expect(
      try decoder.decode(book("snapshot", previous: "0", sequence: "50", asks: "[]"))
        == update(.snapshot, sequence: 50, previous: 0, bids: [bid], asks: []))
    guard case .market = try decoder.decode(book("update", previous: "50", sequence: "60")) else {
      Issue.record("the chain does not go on from the second snapshot")
      return
    }
  }

  @Test(
    arguments: [
      ("[[60500.2,-1]]", .unknownValue("-1"), 20),
      ("[[0,1]]", .unknownValue("0"), 11),
      ("[[-60500.2,1]]", .unknownValue("-60500.2"), 18),
      ("[[60500.2]]", .tooFewElements, 18),
      ("[[]]", .tooFewElements, 11),
      ("[60500.2]", .wrongKind(found: .number, expected: .array), 9),
      ("{}", .wrongKind(found: .object, expected: .array), 8),
      ("[[60500.2,null]]", .wrongKind(found: .null, expected: .number), 18),
      (#"[["NaN","1"]]"#, .number(.malformed(at: 0)), 11),
      ("[[60500.2,1e400]]", .number(.malformed(at: 1)), 19),
      (#"[["1,000","1"]]"#, .number(.malformed(at: 1)), 12),
      ("[[60500.2,1],]", .unexpectedByte(UInt8(ascii: "]")), 21),
      ("[[2000000000,1]]", .unknownValue("2000000000"), 20),
      ("[[60500.2,10000000000000]]", .unknownValue("10000000000000"), 32),
      ("[[60500.25,1]]", .unknownValue("60500.25, which is off the tick of 0.1"), 18),
    ] as [(String, JSONProblem.Reason, Int)])
  func `B06 B07 a bad level drops the book until the next snapshot`(
    asks: String, why: JSONProblem.Reason, offset: Int
  ) throws {
    var decoder = decoder(.book(btc))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    let problem = JSONProblem(why, offset: offset, field: "asks")
    #expect(throws: StreamProblem(topic: .book(btc), problem: problem)) {
      _ = try decoder.decode(book("update", previous: "100", sequence: "101", asks: asks))
    }
    #expect(
      try decoder.decode(book("update", previous: "101", sequence: "102"))
        == .bookIgnored(place: 0))
  }

  @Test func `a message that breaks after its data drops the book as well`() throws {
    var decoder = decoder(.book(btc))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    do throws(StreamProblem) {
      _ = try decoder.decode(book("update", previous: "100", sequence: "101") + "}")
      Issue.record("taken with something behind it")
    } catch {
      #expect(error.topic == .book(btc))
    }
    #expect(
      try decoder.decode(book("update", previous: "101", sequence: "102"))
        == .bookIgnored(place: 0))
  }

  @Test func `B13 takes members that follow the data, once`() throws {
    var decoder = decoder(.book(btc))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    let more = book("update", previous: "100", sequence: "101").dropLast() + ",\"new\":[1]}"
    guard case .market(0, .book(let update)) = try decoder.decode(String(more)) else {
      Issue.record("not taken")
      return
    }
    #expect(update.sequence == 101)
    #expect(try decoder.decode(String(more)) == .bookIgnored(place: 0))
  }

  @Test func `needs the members in no order`() throws {
    var decoder = decoder(.book(btc))
    let shuffled = """
      {"data":{"seqId":"100","prevSeqId":"0","ts":"1767225600520","bids":[["60500.1","7304"]],\
      "asks":[["60500.2","486"],["60500.5","12"]]},"action":"snapshot",\
      "arg":{"instId":"BTC-USDT", "channel":"books"}}
      """
    let expected = update(.snapshot, sequence: 100, previous: 0, bids: [bid], asks: [ask, deeper])
    #expect(try decoder.decode(shuffled) == expected)
    #expect(try decoder.decode(shuffled) == expected)
  }

  @Test func `a new connection begins its books anew, a changed choice does not`() throws {
    var decoder = decoder(.book(btc))
    _ = try decoder.decode(book("snapshot", previous: "0", sequence: "100"))
    decoder.setTopics([.ticker(btc), .book(btc)])
    guard case .market(1, _) = try decoder.decode(book("update", previous: "100", sequence: "101"))
    else {
      Issue.record("the chain was lost")
      return
    }
    decoder.resetChains()
    #expect(
      try decoder.decode(book("update", previous: "101", sequence: "102"))
        == .bookIgnored(place: 1))
  }
}

@Suite struct `Stream messages about the account` {
  private func push(_ name: String) throws -> StreamMessage {
    var decoder = decoder(.orders, .triggers, .positions, .account)
    return try decoder.decode(String(decoding: try WireFile.bytes(name), as: UTF8.self))
  }

  @Test func `reads the balance`() throws {
    #expect(
      try push("ws-account")
        == .account(
          place: 3,
          [
            .balance(
              Balance(
                equity: "1009.28", cash: "999.28", availableMargin: "767.28", orderMargin: "7.5",
                isolatedEquity: "12.5", exchangeTime: moment(1_767_225_600_600)))
          ]))
  }

  @Test func `reads a recorded list of positions`() throws {
    let opened = moment(1_770_107_493_329)
    #expect(
      try push("ws-positions-eth")
        == .account(
          place: 2,
          [
            .positions([
              Position(
                positionID: PositionID("1"),
                key: PositionKey(
                  instrument: InstrumentID("ETH-USDT"), slot: .net, marginMode: .cross),
                side: .long, contracts: 1, availableContracts: 1, entryPrice: "2326.2",
                markPrice: "2326.33", margin: "11.631662992243",
                maintenanceMargin: "0.093053303937944", marginRatio: "271.116790397657100098",
                liquidationPrice: nil, unrealizedPnL: "0.001325984486", leverage: 2,
                createdAt: opened, updatedAt: opened)
            ])
          ]))
  }

  @Test func `an empty list of positions says that all are closed`() throws {
    var decoder = decoder(.positions)
    #expect(
      try decoder.decode(#"{"arg":{"channel":"positions"},"data":[]}"#)
        == .account(place: 0, [.positions([])]))
  }

  @Test func `R10 one unreadable position fails the whole list`() throws {
    let text = String(decoding: try WireFile.bytes("ws-positions-eth"), as: UTF8.self)
      .replacing("\"positions\":\"1\"", with: "\"positions\":\"one\"")
    var decoder = decoder(.positions)
    #expect {
      _ = try decoder.decode(text)
    } throws: { error in
      let problem = error as? StreamProblem
      return problem?.topic == .positions && problem?.problem.field == "positions"
    }
  }

  @Test func `reads orders`() throws {
    let created = moment(1_767_225_600_000)
    #expect(
      try push("ws-orders")
        == .account(
          place: 0,
          [
            .order(
              Order(
                exchangeOrderID: ExchangeOrderID("1000147281717"), clientOrderID: nil,
                instrument: btc, side: .buy, slot: .net, marginMode: .cross,
                type: .postOnly(60_000), contracts: 20, reduceOnly: false, leverage: 5,
                state: .filled, filledContracts: 20, averagePrice: 60_000, fee: "0.24",
                realizedPnL: 0, category: .normal, takeProfit: nil, stopLoss: nil,
                createdAt: created, updatedAt: created + .milliseconds(120)))
          ]))
  }

  @Test func `reads protection and triggers`() throws {
    let created = moment(1_767_225_600_000)
    #expect(
      try push("ws-algo")
        == .account(
          place: 1,
          [
            .triggerOrder(
              TriggerOrder(
                exchangeOrderID: ExchangeOrderID("10008676376"), clientOrderID: nil,
                instrument: btc, side: .sell, slot: .net, marginMode: .cross,
                size: .contracts(20),
                kind: .protection(
                  takeProfit: Trigger(triggerPrice: 63_000),
                  stopLoss: Trigger(triggerPrice: 58_500)), reduceOnly: true, state: .triggered,
                createdAt: created)),
            .triggerOrder(
              TriggerOrder(
                exchangeOrderID: ExchangeOrderID("10008676377"),
                clientOrderID: ClientOrderID("t1"), instrument: btc, side: .buy, slot: .long,
                marginMode: .isolated, size: .wholePosition,
                kind: .entry(
                  Trigger(triggerPrice: 73_000, source: .index, execution: .limit(73_100))),
                reduceOnly: false, state: .failed, createdAt: created)),
          ]))
  }
}

@Suite struct `Stream replies` {
  @Test func `W15 the heartbeat is bare text, either way`() throws {
    var decoder = decoder(.ticker(btc))
    #expect(try decoder.decode("pong") == .pong)
    #expect(try decoder.decode("ping") == .ignored)
    let junk: [(String, JSONProblem.Reason, Int)] = [
      ("", .ended, 0),
      ("pang", .unexpectedByte(UInt8(ascii: "p")), 0),
      ("\"pong\"", .wrongKind(found: .string, expected: .object), 0),
      ("pong ", .unexpectedByte(UInt8(ascii: "p")), 0),
      ("{}x", .trailingBytes, 2),
      ("null", .wrongKind(found: .null, expected: .object), 0),
    ]
    for (text, why, offset) in junk {
      let problem = JSONProblem(why, offset: offset, field: nil)
      #expect(throws: StreamProblem(topic: nil, problem: problem)) {
        _ = try decoder.decode(text)
      }
    }
  }

  @Test func `reads what answers a login and a subscription`() throws {
    var decoder = decoder(.ticker(btc))
    #expect(try decoder.decode(#"{"event":"login","code":"0","msg":""}"#) == .loggedIn)
    #expect(
      try decoder.decode(#"{"event":"error","code":"60009","msg":"Login failed."}"#)
        == .failed(code: "60009", message: "Login failed."))
    #expect(
      try decoder.decode(
        #"{"event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"}}"#)
        == .subscribed(.ticker(btc)))
    #expect(
      try decoder.decode(
        #"{"event":"unsubscribe","arg":{"channel":"tickers","instId":"BTC-USDT"}}"#) == .ignored)
    #expect(
      try decoder.decode(
        #"{"event":"error","code":"60012","msg":"Invalid request: {\"op\":\"subscribe\"}"}"#)
        == .failed(code: "60012", message: #"Invalid request: {"op":"subscribe"}"#))
    #expect(try decoder.decode(#"{"event":"notice","msg":"maintenance"}"#) == .ignored)
  }

  @Test func `ignores a push that crossed an unsubscribe`() throws {
    var decoder = decoder(.book(btc))
    #expect(try decoder.decode(ticker) == .ignored)
  }

  @Test func `every channel is read back from its argument`() throws {
    var topics = BloFinTopic.privateTopics
    topics += [.ticker(btc), .book(btc), .trades(btc), .mark(btc), .funding(btc)]
    topics += TimeFrame.allCases.map { .candles(btc, $0) }
    for topic in topics {
      let argument = Array(topic.argument.utf8)
      let read = try argument.withUnsafeBytes { try BloFinTopic(argument: $0) }
      #expect(read == topic)
      #expect(topic.argumentByteCount == argument.count)
    }
    #expect(
      StreamFrames.subscribe([.candles(btc, .oneHour), .orders])
        == """
        {"op":"subscribe","args":[{"channel":"candle1H","instId":"BTC-USDT"},\
        {"channel":"orders"}]}
        """
    )
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a damaged message is refused or read, never a trap`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var decoder = decoder(.ticker(btc), .book(btc), .orders, .triggers, .positions, .account)
    let originals =
      [ticker, book("snapshot", previous: "0", sequence: "100")].map { Array($0.utf8) }
      + (try ["ws-orders", "ws-algo", "ws-positions-eth", "ws-account"].map {
        try WireFile.bytes($0)
      })
    for original in originals {
      var bytes = original
      for _ in 0...random.below(4) {
        let index = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[index] = UInt8(random.below(256))
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(UInt8(ascii: "9"), at: index)
        default: bytes.removeSubrange(index...)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      bytes.withUnsafeBytes { buffer in
        do throws(StreamProblem) {
          _ = try decoder.decode(buffer, at: now)
        } catch {
          #expect(!"\(error)".isEmpty, "seed \(seed)")
        }
      }
    }
  }
}
