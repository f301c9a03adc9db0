import JSONText
import Runtime
import Settings
import Trading
import Units

/// An account as the exchange itself tells it, for people and for programs: the members of JSON are
/// those of a running program's answer where both know them.
struct AccountReport {
  private let snapshot: AccountSnapshot
  private let launch: Launch

  /// Reports what was read for an account.
  init(_ snapshot: AccountSnapshot, of launch: Launch) {
    self.snapshot = snapshot
    self.launch = launch
  }

  /// Prints one part of it.
  func tell(_ part: StatusReport.Part, json: Bool) {
    guard json else {
      StandardOutput.write(text(of: part))
      return
    }
    JSONOutput.object { writer in
      Self.begin(part.word, launch, &writer)
      switch part {
      case .balance: writeBalance(&writer)
      case .positions:
        writer.key("positions")
        writer.beginArray()
        for position in snapshot.positions { write(position, &writer) }
        writer.endArray()
      case .orders: writeOrders(&writer)
      }
    }
  }

  /// Writes what every answer of the exchange begins with.
  static func begin(_ verb: String, _ launch: Launch, _ writer: inout JSONWriter) {
    writer.member("ok", true)
    writer.member("verb", verb)
    writer.member("mode", launch.environment.rawValue)
    writer.member("exchange", launch.account.exchange.text)
    writer.member("account", launch.account.name)
    writer.member("from", "exchange")
  }

  private var unrealized: Money { snapshot.positions.reduce(0) { $0 + $1.unrealizedPnL } }

  private var usedMargin: Money {
    snapshot.positions.reduce(0) { $0 + $1.margin }
  }

  private func text(of part: StatusReport.Part) -> String {
    switch part {
    case .balance:
      return """
        equity \(snapshot.balance.equity) USDT
        cash \(snapshot.balance.cash)
        unrealized \(unrealized)
        margin used \(usedMargin)
        margin free \(snapshot.balance.availableMargin)
        """
    case .positions: return positions
    case .orders: return orders
    }
  }

  private var positions: String {
    guard !snapshot.positions.isEmpty else { return "no open position" }
    var table = TextTable([
      ("instrument", .left), ("side", .left), ("contracts", .right), ("entry", .right),
      ("mark", .right), ("unrealized", .right), ("margin", .right), ("liquidation", .right),
      ("protection", .left),
    ])
    for position in snapshot.positions {
      table.add([
        position.key.instrument.text, position.side.rawValue, "\(position.contracts)",
        position.entryPrice.value.text(places: 6, .nearestOrEven).trimmedNumber,
        "\(position.markPrice)", position.unrealizedPnL.value.text(places: 2, .towardZero),
        position.margin.value.text(places: 2, .towardZero),
        position.liquidationPrice.map {
          $0.value.text(places: 6, .nearestOrEven).trimmedNumber
        } ?? "-",
        protection(position),
      ])
    }
    return table.text
  }

  private var orders: String {
    guard !snapshot.orders.isEmpty || !snapshot.triggerOrders.isEmpty else {
      return "no open order"
    }
    var table = TextTable([
      ("instrument", .left), ("side", .left), ("contracts", .right), ("filled", .right),
      ("what", .left), ("state", .left),
    ])
    for order in snapshot.orders {
      table.add([
        order.instrument.text, order.side.rawValue, "\(order.contracts)",
        "\(order.filledContracts)",
        order.type.limitPrice.map { "at \($0)" } ?? "at market", order.state.rawValue,
      ])
    }
    for trigger in snapshot.triggerOrders {
      let size =
        switch trigger.size {
        case .wholePosition: "all"
        case .contracts(let count): "\(count)"
        }
      table.add([
        trigger.instrument.text, trigger.side.rawValue, size, "-",
        StatusReport.words(for: trigger.kind), trigger.state.rawValue,
      ])
    }
    return table.text
  }

  /// What protects a position, as the exchange has it.
  private func protection(_ position: Position) -> String {
    let stops = snapshot.triggerOrders.compactMap { trigger -> Price? in
      guard trigger.instrument == position.key.instrument, trigger.slot == position.key.slot,
        case .protection(_, let stop?) = trigger.kind
      else { return nil }
      return stop.triggerPrice
    }
    guard !stops.isEmpty else { return "no stop" }
    return "stop " + stops.map { "\($0)" }.joined(separator: ", ")
  }

  private func writeBalance(_ writer: inout JSONWriter) {
    writer.member("equity", quoted: snapshot.balance.equity)
    writer.member("cash", quoted: snapshot.balance.cash)
    writer.member("unrealizedPnL", quoted: unrealized)
    writer.member("usedMargin", quoted: usedMargin)
    writer.member("availableMargin", quoted: snapshot.balance.availableMargin)
  }

  private func write(_ position: Position, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("instrument", position.key.instrument.text)
    writer.member("side", position.side.rawValue)
    writer.member("contracts", quoted: position.contracts)
    writer.member("entryPrice", quoted: position.entryPrice)
    writer.member("markPrice", quoted: position.markPrice)
    writer.member("unrealizedPnL", quoted: position.unrealizedPnL)
    writer.member("margin", quoted: position.margin)
    writer.key("liquidationPrice")
    if let price = position.liquidationPrice { writer.quoted(price) } else { writer.null() }
    writer.member("protection", protection(position))
    writer.endObject()
  }

  private func writeOrders(_ writer: inout JSONWriter) {
    writer.key("orders")
    writer.beginArray()
    for order in snapshot.orders {
      writer.beginObject()
      writer.member("instrument", order.instrument.text)
      writer.key("clientOrderID")
      if let id = order.clientOrderID { writer.string(id.text) } else { writer.null() }
      writer.member("exchangeOrderID", order.exchangeOrderID.text)
      writer.member("side", order.side.rawValue)
      writer.member("contracts", quoted: order.contracts)
      writer.member("filled", quoted: order.filledContracts)
      writer.member("reduceOnly", order.reduceOnly)
      writer.member("state", order.state.rawValue)
      writer.endObject()
    }
    writer.endArray()
    writer.key("triggers")
    writer.beginArray()
    for trigger in snapshot.triggerOrders { StatusReport.write(trigger, &writer) }
    writer.endArray()
  }
}

extension StatusReport.Part {
  /// The verb that asks for it.
  var word: String {
    switch self {
    case .balance: "balance"
    case .positions: "positions"
    case .orders: "orders"
    }
  }
}
