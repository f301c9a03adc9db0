import Simulation
import Trading
import Units

/// The account and its settings. Source: BloFin reference 3.2.
enum AccountCalls {
  @Sendable static func config(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    writer.object { $0.member("accountLevel", "0") }
    return .success
  }

  @Sendable static func balance(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    switch try call.parameters.text("productType") {
    case nil, "USDT-FUTURES"?:
      exchange.venue.balance(of: exchange.accounts[call.account]).write(to: &writer)
    case "COIN-FUTURES"?, "USDC-FUTURES"?:
      // Nothing settles in another currency here: an account without details.
      let balance = exchange.venue.balance(of: exchange.accounts[call.account])
      writer.object { writer in
        writer.member("ts", balance.time)
        writer.member("totalEquity", "0")
        writer.member("isolatedEquity", "0")
        writer.name("details")
        writer.array { _ in }
      }
    case .some: throw .wrong("productType")
    }
    return .success
  }

  @Sendable static func positions(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let positions = exchange.venue.positions(
      of: exchange.accounts[call.account], instrument: try call.parameters.instrument())
    writer.array(of: positions) { $1.writeRow(to: &$0) }
    return .success
  }

  @Sendable static func positionsHistory(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let page = try Page(call.parameters)
    let position = try call.parameters.text("positionId")
    let state = try call.parameters.word("state", PositionRecord.State.init(word:))
    let horizon = exchange.historyHorizon
    var wanted = page.history(try call.parameters.instrument())
    wanted.limit = .max
    let records = exchange.venue.positionHistory(
      of: exchange.accounts[call.account], state: state, wanted
    ).filter { $0.updatedAt <= horizon && (position == nil || $0.position.text == position) }
    writer.array(of: records.prefix(page.limit)) { $1.writeRow(to: &$0) }
    return .success
  }

  @Sendable static func marginMode(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let mode = exchange.venue.marginMode(of: exchange.accounts[call.account])
    writer.object { $0.member("marginMode", mode.word) }
    return .success
  }

  @Sendable static func setMarginMode(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let mode = try call.object().requiredWord("marginMode", MarginMode.init(word:))
    let account = exchange.accounts[call.account]
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      try venue.setMarginMode(mode, of: account, at: now)
    }
    writer.object { $0.member("marginMode", mode.word) }
    return .success
  }

  @Sendable static func positionMode(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let mode = exchange.venue.positionMode(of: exchange.accounts[call.account])
    writer.object { $0.member("positionMode", mode.word) }
    return .success
  }

  @Sendable static func setPositionMode(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let mode = try call.object().requiredWord("positionMode", PositionMode.init(word:))
    let account = exchange.accounts[call.account]
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      try venue.setPositionMode(mode, of: account, at: now)
    }
    writer.object { $0.member("positionMode", mode.word) }
    return .success
  }

  @Sendable static func leverage(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let name = try call.parameters.requiredInstrument()
    let mode = try call.parameters.requiredWord("marginMode", MarginMode.init(word:))
    let account = exchange.accounts[call.account]
    let rows = try exchange.asking { (venue, _) throws(VenueRefusal) in
      try venue.leverages(of: name, mode, for: account)
    }
    writer.object { writer in
      // The deprecated call has no side: of two it shows the first.
      writer.member("leverage", rows.first?.leverage, else: .empty)
      writer.member("marginMode", mode.word)
      writer.member("instId", name.text)
    }
    return .success
  }

  /// The most instruments of one call. Source: BloFin reference 3.2.7 (152015).
  static let mostInstruments = 20

  @Sendable static func leverages(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let names = try call.parameters.required("instId").split(separator: ",")
    let mode = try call.parameters.requiredWord("marginMode", MarginMode.init(word:))
    guard names.count <= mostInstruments else { throw APIProblem(.tooManyInstruments) }
    let account = exchange.accounts[call.account]
    let rows = try exchange.asking { (venue, _) throws(VenueRefusal) in
      var rows: [LeverageSetting] = []
      for name in names {
        guard let instrument = InstrumentID(String(name)) else { throw .unknownInstrument }
        rows += try venue.leverages(of: instrument, mode, for: account)
      }
      return rows
    }
    writer.array(of: rows) { $1.write(to: &$0) }
    return .success
  }

  @Sendable static func setLeverage(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    let name = try body.requiredInstrument()
    let leverage: Leverage = try body.positive("leverage")
    let mode = try body.requiredWord("marginMode", MarginMode.init(word:))
    let slot = try body.word("positionSide", PositionSlot.init(word:))
    let account = exchange.accounts[call.account]
    let row = try exchange.asking { (venue, now) throws(VenueRefusal) in
      try venue.setLeverage(leverage, of: name, mode, slot, for: account, at: now)
    }
    row.write(to: &writer)
    return .success
  }

  /// How long funding fees can be read. Source: BloFin reference 3.5 [T].
  static let fundingRetention = TimeSpan.days(7)

  @Sendable static func fundingFees(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let page = try Page(call.parameters, default: 100)
    var wanted = page.history(try call.parameters.instrument())
    let oldest = exchange.venue.now - fundingRetention
    wanted.begin = max(wanted.begin ?? oldest, oldest)
    let entries = exchange.venue.ledger(
      of: exchange.accounts[call.account], kind: .funding, wanted)
    writer.array(of: entries) { $1.writeFundingRow(to: &$0) }
    return .success
  }
}

extension LeverageSetting {
  /// Writes the row of `account/batch-leverage-info` and the answer to `account/set-leverage`.
  fileprivate func write(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("leverage", leverage)
      writer.member("marginMode", marginMode.word)
      writer.member("instId", instrument.text)
      writer.member("positionSide", slot.word)
    }
  }
}
