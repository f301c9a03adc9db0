import JSONText
import Testing
import Trading
import Transport
import Units

@testable import BloFin

private let created = moment(1_767_225_600_000)
private let known = catalog(
  instrument(), instrument("ETH-USDT", contractValue: "0.01"),
  instrument("XRP-USDT", contractValue: 100))

private func envelope(_ name: String) throws -> Envelope { try Envelope(try WireFile.bytes(name)) }

/// Reads one row given as text.
private func read<Row>(
  _ text: String, _ row: (inout JSONScanner) throws(JSONProblem) -> Row
) throws(JSONProblem) -> Row {
  try JSONScanner.read(Array(text.utf8), row)
}

@Suite struct `Account rows` {
  @Test func `reads the balance of USDT, cutting what exceeds eighteen places`() throws {
    let rows = try envelope("rest-balance").rows(AccountRows.balance)
    #expect(
      rows == [
        Balance(
          equity: "1009.28", cash: "999.28", availableMargin: "767.28", orderMargin: 0,
          isolatedEquity: 0, exchangeTime: moment(1_767_225_600_123))
      ])
  }

  @Test func `an account without USDT has a balance of nothing`() throws {
    let balance = try read(#"{"ts":"1767225600000","details":[]}"#, AccountRows.balance)
    #expect(
      balance
        == Balance(
          equity: 0, cash: 0, availableMargin: 0, orderMargin: 0, isolatedEquity: 0,
          exchangeTime: created))
  }

  @Test func `reads positions of both margin modes and position modes, and no others`() throws {
    let rows = try envelope("rest-positions").rows { (json) throws(JSONProblem) in
      try AccountRows.position(&json, known)
    }
    #expect(
      rows == [
        Position(
          positionID: PositionID("1000000722711"),
          key: PositionKey(
            instrument: InstrumentID("ETH-USDT"), slot: .net, marginMode: .isolated), side: .long,
          contracts: 50, availableContracts: 50, entryPrice: 3_000, markPrice: 3_010, margin: 150,
          maintenanceMargin: "6.02", marginRatio: "22.389137657085078723",
          liquidationPrice: "2712.477396021699819168", unrealizedPnL: 5, leverage: 10,
          createdAt: created, updatedAt: created + .milliseconds(1)),
        Position(
          positionID: PositionID("1000000722713"),
          key: PositionKey(instrument: InstrumentID("BTC-USDT"), slot: .net, marginMode: .cross),
          side: .short, contracts: 100, availableContracts: 100, entryPrice: 60_000,
          markPrice: 60_500, margin: 605, maintenanceMargin: "18.15",
          marginRatio: "43.452708907254361799", liquidationPrice: "69713.033080908728577122",
          unrealizedPnL: -50, leverage: 10, createdAt: created, updatedAt: created),
        // A liquidation price beyond every market is none.
        Position(
          positionID: PositionID("1000000722714"),
          key: PositionKey(instrument: InstrumentID("BTC-USDT"), slot: .short, marginMode: .cross),
          side: .short, contracts: 1, availableContracts: 1, entryPrice: 60_000,
          markPrice: 60_500, margin: "6.05", maintenanceMargin: "0.1815", marginRatio: "1.5",
          liquidationPrice: nil, unrealizedPnL: "-0.5", leverage: 10, createdAt: created,
          updatedAt: created),
        nil, nil,
      ])
  }

  @Test func `reads a recorded position without a liquidation price`() throws {
    let rows = try envelope("rest-position-btc").rows { (json) throws(JSONProblem) in
      try AccountRows.position(&json, known)
    }
    let opened = moment(1_767_169_876_207)
    #expect(
      rows == [
        Position(
          positionID: PositionID("756786"),
          key: PositionKey(instrument: InstrumentID("BTC-USDT"), slot: .net, marginMode: .cross),
          side: .long, contracts: "0.1", availableContracts: "0.1", entryPrice: "88564.9",
          markPrice: "88546.3696492756", margin: "2.951545654975853333",
          maintenanceMargin: "0.02656391089478268", marginRatio: "822.305183525552961566",
          liquidationPrice: nil, unrealizedPnL: "-0.00185303507244", leverage: 3,
          createdAt: opened, updatedAt: opened)
      ])
  }

  @Test func `reads fills`() throws {
    let rows = try envelope("rest-fills").rows { (json) throws(JSONProblem) in
      try AccountRows.fill(&json, known)
    }
    #expect(
      rows == [
        Fill(
          tradeID: TradeID("1440847"), exchangeOrderID: ExchangeOrderID("1000147281717"),
          clientOrderID: nil, instrument: InstrumentID("BTC-USDT"), side: .buy, slot: .net,
          price: 60_000, contracts: 20, fee: "0.24", realizedPnL: 0,
          exchangeTime: moment(1_767_225_600_120))
      ])
  }
}

@Suite struct `Order rows` {
  @Test func `reads a live order with its protection`() throws {
    let rows = try envelope("rest-orders-pending").rows { (json) throws(JSONProblem) in
      try OrderRows.order(&json, known)
    }
    #expect(
      rows == [
        Order(
          exchangeOrderID: ExchangeOrderID("1000147281717"),
          clientOrderID: ClientOrderID("a1b2c3"), instrument: InstrumentID("BTC-USDT"),
          side: .buy, slot: .net, marginMode: .cross, type: .limit(60_000), contracts: 20,
          reduceOnly: false, leverage: 5, state: .partiallyFilled, filledContracts: 5,
          averagePrice: "59999.5", fee: "0.06", realizedPnL: 0, category: .normal,
          takeProfit: Trigger(triggerPrice: 63_000),
          stopLoss: Trigger(triggerPrice: 58_500, execution: .limit(58_400)), createdAt: created,
          updatedAt: created + .milliseconds(40))
      ])
  }

  @Test func `reads a recorded market order that has filled`() throws {
    let rows = try envelope("rest-order-history-ltc").rows { (json) throws(JSONProblem) in
      try OrderRows.order(&json, known)
    }
    #expect(
      rows == [
        Order(
          exchangeOrderID: ExchangeOrderID("2075628533"), clientOrderID: nil,
          instrument: InstrumentID("LTC-USDT"), side: .buy, slot: .net, marginMode: .cross,
          type: .market, contracts: 1, reduceOnly: true, leverage: 3, state: .filled,
          filledContracts: 1, averagePrice: "68.11", fee: "0.040866", realizedPnL: "-0.05",
          category: .normal, takeProfit: nil, stopLoss: nil,
          createdAt: moment(1_706_891_359_010), updatedAt: moment(1_706_891_359_098))
      ])
  }

  @Test func `O20 an order in a state that is not known is read with the exchange's word`() throws {
    let text = String(decoding: try WireFile.bytes("rest-orders-pending"), as: UTF8.self)
      .replacing("\"partially_filled\"", with: "\"foo\\u0007\"")
    let rows = try Envelope(Array(text.utf8)).rows { (json) throws(JSONProblem) in
      try OrderRows.order(&json, known)
    }
    #expect(rows.map { $0?.state } == [.unknown])
    #expect(rows.map { $0?.unknownState } == [PlainText.clean("foo\u{7}")])
    #expect(rows.map { $0?.filledContracts } == [5])
  }

  @Test func `O20 fails loudly on a side or type that is not known and on a missing state`() throws
  {
    let text = String(decoding: try WireFile.bytes("rest-orders-pending"), as: UTF8.self)
    for (word, other) in [
      ("\"partially_filled\"", "null"), ("\"buy\"", "\"bull\""), ("\"limit\"", "\"iceberg\""),
      ("\"cross\"", "\"portfolio\""), ("\"net\"", "\"both\""), ("\"60000\"", "null"),
      ("\"20.000000000000000000\"", "\"-20\""), ("\"20.000000000000000000\"", "\"1e400\""),
      ("\"1000147281717\"", "null"), ("\"false\"", "\"no\""),
    ] {
      let changed = text.replacing(word, with: other, maxReplacements: 1)
      #expect(changed != text)
      let answer = try Envelope(Array(changed.utf8))
      #expect(throws: JSONProblem.self, "\(word) -> \(other)") {
        _ = try answer.rows { (json) throws(JSONProblem) in try OrderRows.order(&json, known) }
      }
    }
  }

  @Test func `keeps a category that is not known in the exchange's words`() throws {
    let text = String(decoding: try WireFile.bytes("rest-orders-pending"), as: UTF8.self)
      .replacing("\"normal\"", with: "\"delisting\"")
    let rows = try Envelope(Array(text.utf8)).rows { (json) throws(JSONProblem) in
      try OrderRows.order(&json, known)
    }
    #expect(rows.map { $0?.category } == [.other("delisting")])
  }

  @Test func `reads protection on a whole position and on a part`() throws {
    let rows = try envelope("rest-tpsl-pending").rows { (json) throws(JSONProblem) in
      try TriggerRows.order(&json, known)
    }
    #expect(
      rows == [
        TriggerOrder(
          exchangeOrderID: ExchangeOrderID("10000046059"), clientOrderID: nil,
          instrument: InstrumentID("XRP-USDT"), side: .sell, slot: .long, marginMode: .cross,
          size: .wholePosition,
          kind: .protection(takeProfit: Trigger(triggerPrice: "1.8942"), stopLoss: nil),
          reduceOnly: true, state: .live, createdAt: moment(1_766_977_565_049)),
        TriggerOrder(
          exchangeOrderID: ExchangeOrderID("10008676376"), clientOrderID: ClientOrderID("s1"),
          instrument: InstrumentID("BTC-USDT"), side: .sell, slot: .net, marginMode: .isolated,
          size: .contracts(20),
          kind: .protection(
            takeProfit: Trigger(triggerPrice: 63_000, execution: .limit(62_990)),
            stopLoss: Trigger(triggerPrice: 58_500)), reduceOnly: true, state: .live,
          createdAt: created),
      ])
  }

  @Test func `reads an entry trigger`() throws {
    let rows = try envelope("rest-algo-pending").rows { (json) throws(JSONProblem) in
      try TriggerRows.order(&json, known)
    }
    #expect(
      rows == [
        TriggerOrder(
          exchangeOrderID: ExchangeOrderID("10008731103"), clientOrderID: nil,
          instrument: InstrumentID("ETH-USDT"), side: .buy, slot: .net, marginMode: .cross,
          size: .contracts(10), kind: .entry(Trigger(triggerPrice: 3_100, source: .mark)),
          reduceOnly: false, state: .live, createdAt: created)
      ])
  }
}

@Suite struct `Names of more than 32 bytes` {
  private static let long = String(repeating: "7", count: 33)

  @Test(arguments: ["tradeId", "orderId", "instId"])
  func `fail the row that they stand in`(_ field: String) {
    let problem = #expect(throws: JSONProblem.self) {
      try read(#"{"\#(field)":"\#(Self.long)"}"#) { (json) throws(JSONProblem) in
        try AccountRows.fill(&json, known)
      }
    }
    #expect(problem?.reason == .unknownValue(Self.long))
  }
}

@Suite struct `Market rows` {
  @Test func `B14 an instrument whose name has 5 kB is left out, named shortly, the others stay`()
    throws
  {
    let long = String(repeating: "X", count: 5_000) + "-USDT"
    let text = String(decoding: try WireFile.bytes("rest-instruments"), as: UTF8.self)
      .replacing("\"OLD-USDT\"", with: "\"\(long)\"")
    let (rows, problems) = try Envelope(Array(text.utf8)).goodRows(InstrumentRows.instrument)
    #expect(rows.map(\.id) == [InstrumentID("ETH-USDT")])
    #expect(problems.count == 2)
    #expect(problems.allSatisfy { "\($0)".utf8.count < 400 }, "\(problems)")
  }

  @Test func `reads the USDT perpetuals and says what is wrong with a row`() throws {
    let (rows, problems) = try envelope("rest-instruments").goodRows(InstrumentRows.instrument)
    #expect(
      rows == [
        Instrument(
          id: InstrumentID("ETH-USDT"), baseCurrency: "ETH", quoteCurrency: "USDT",
          contractValue: "0.01", tickSize: "0.01", lotSize: "0.1", minimumContracts: "0.1",
          maximumLimitContracts: 600_000, maximumMarketContracts: 200_000, maximumLeverage: 150,
          status: .live),
        Instrument(
          id: InstrumentID("OLD-USDT"), baseCurrency: "OLD", quoteCurrency: "USDT",
          contractValue: 10, tickSize: "0.001", lotSize: 1, minimumContracts: 1,
          maximumLimitContracts: 1_000, maximumMarketContracts: 1_000, maximumLeverage: 20,
          status: .suspended),
      ])
    #expect(problems.map(\.reason) == [.unknownValue("a step or size of zero or below")])
  }

  @Test func `reads candles and tiers`() throws {
    let candles = try envelope("rest-candles").candles(.unknown)
    let tiers = try envelope("rest-tiers").rows(InstrumentRows.tier)
    #expect(
      candles == [
        Candle(
          openTime: created, open: "60490.1", high: 60_510, low: 60_488, close: "60500.1",
          volume: "1.52", isClosed: false),
        Candle(
          openTime: created - .minutes(1), open: 60_480, high: "60495.5", low: "60479.9",
          close: "60490.1", volume: "2.21", isClosed: true),
      ])
    #expect(
      tiers == [
        PositionTier(
          minimumContracts: 0, maximumContracts: 2_500, maintenanceMarginRate: "0.003",
          maximumLeverage: 150),
        PositionTier(
          minimumContracts: 2_500, maximumContracts: 5_000, maintenanceMarginRate: "0.004",
          maximumLeverage: 125),
      ])
  }

  @Test(
    arguments: [
      (
        #"["1767225600000","3","2","1","2","1","1","1","0"]"#,
        .unknownValue("prices that contradict each other"), 49
      ),
      (
        #"["1767225600000","2","3","1","4","1","1","1","0"]"#,
        .unknownValue("prices that contradict each other"), 49
      ),
      (#"["1767225600000","2","3","0","2","1","1","1","0"]"#, .unknownValue("0"), 28),
      (#"["1767225600","2","3","1","2","1","1","1","0"]"#, .implausibleTime(1_767_225_600), 13),
      (#"["1767225600000","2","3","1","2","1","-1","1","0"]"#, .unknownValue("-1"), 41),
      (#"["1767225600000","2","3","1","2","1","1","1","2"]"#, .unknownValue("2"), 48),
      (#"["1767225600000","2","3","1","2","1","1","1"]"#, .tooFewElements, 45),
      (#"["1767225600000","2","3","1","2","0"]"#, .tooFewElements, 37),
      (#"{"ts":"1767225600000"}"#, .wrongKind(found: .object, expected: .array), 0),
    ] as [(String, JSONProblem.Reason, Int)])
  func `B11 refuses a candle that contradicts itself`(
    text: String, why: JSONProblem.Reason, offset: Int
  ) {
    #expect(throws: JSONProblem(why, offset: offset, field: nil)) {
      _ = try read(text) { (json) throws(JSONProblem) in
        try MarketRows.candle(&json, .unknown)
      }
    }
  }
}

@Suite struct `Envelope reading` {
  @Test func `takes a code as text or number and data in any shape`() throws {
    let texts = [
      #"{"code":"0","msg":"success","data":[]}"#, #"{"code":0,"msg":null}"#,
      #"{"code":200,"data":{}}"#, #"{"data":null,"code":"0","new":[{"a":1}]}"#,
    ]
    for text in texts { #expect(try Envelope(Array(text.utf8)).isSuccess) }
    let failed = try Envelope(
      Array(#"{"code":500,"data":{},"detailMsg":"","msg":"Internal Server Error"}"#.utf8))
    #expect(!failed.isSuccess)
    #expect(failed.code == "500")
  }

  @Test(
    arguments: [
      ("", JSONProblem(.ended, offset: 0, field: nil)),
      ("null", JSONProblem(.wrongKind(found: .null, expected: .object), offset: 0, field: nil)),
      ("\"0\"", JSONProblem(.wrongKind(found: .string, expected: .object), offset: 0, field: nil)),
      ("[]", JSONProblem(.wrongKind(found: .array, expected: .object), offset: 0, field: nil)),
      ("{\"code\":\"0\"} trailing", JSONProblem(.trailingBytes, offset: 13, field: "code")),
      ("{\"code\":\"0\"", JSONProblem(.ended, offset: 11, field: "code")),
      ("<html></html>", JSONProblem(.unexpectedByte(UInt8(ascii: "<")), offset: 0, field: nil)),
      ("\u{FEFF}{\"code\":\"0\"}", JSONProblem(.unexpectedByte(0xEF), offset: 0, field: nil)),
      ("{\"msg\":\"no code\"}", JSONProblem(.missing("code"), offset: 17, field: nil)),
      ("{\"code\":null}", JSONProblem(.missing("code"), offset: 13, field: nil)),
      (
        String(repeating: "{\"data\":", count: 100_000),
        JSONProblem(.tooDeep, offset: 512, field: "data")
      ),
    ] as [(String, JSONProblem)])
  func `H08 refuses what is no answer`(text: String, problem: JSONProblem) {
    #expect(throws: problem) { _ = try Envelope(Array(text.utf8)) }
  }
}

@Suite struct `Bounds` {
  @Test func `keep every product of a price and an amount in range`() throws {
    for (value, limit): (BaseAmount, Contracts) in [
      ("0.001", 1_000_000), (100_000_000, 1_000_000_000_000), ("0.000001", 1),
      (1_000_000, 10_000_000),
    ] {
      let rules = instrument(contractValue: value, maximumLimitContracts: limit)
      let bounds = try #require(InstrumentBounds(rules))
      #expect(bounds.price.isPositive && bounds.contracts >= limit)
      // Traps when it is out of range.
      #expect(rules.notional(of: bounds.contracts, at: bounds.price).isPositive)
    }
  }

  @Test func `leave an instrument out whose own rules are out of bounds`() {
    var catalog = InstrumentCatalog()
    let refused = catalog.set([
      instrument("A-USDT"), instrument("B-USDT", contractValue: 100_000_001),
      instrument("C-USDT", maximumLimitContracts: 1_000_000_000_001),
    ])
    #expect(refused == [InstrumentID("B-USDT"), InstrumentID("C-USDT")])
    #expect(catalog.bounds(of: InstrumentID("B-USDT")) == .unknown)
  }

  @Test func `do not hinder the instruments that are listed`() throws {
    // Source: the project's BloFin reference, appendix A.
    for (value, limit): (BaseAmount, Contracts) in [
      ("0.001", 1_000_000), ("0.01", 600_000), (1, 1_000_000), (100, 90_000),
      ("0.01", 10_000_000), (1_000, 49_700), (1, 5_000_000), ("0.1", 49_000),
    ] {
      let bounds = try #require(
        InstrumentBounds(instrument(contractValue: value, maximumLimitContracts: limit)))
      #expect(bounds.price >= 1_000_000)
    }
  }
}
