import AccountData
import JSONText
import Risk
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
        for position in snapshot.positions { row(position).write(to: &writer) }
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

  private func row(_ position: Position) -> PositionRow {
    PositionRow(position, among: snapshot.triggerOrders)
  }

  private func text(of part: StatusReport.Part) -> String {
    switch part {
    case .balance:
      return """
        equity \(snapshot.balance.equity) USDT
        cash \(snapshot.balance.cash)
        unrealized \(snapshot.positions.unrealizedPnL)
        margin used \(snapshot.positions.usedMargin)
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
        position.entryPrice.value.text(places: 6, .towardZero).trimmedNumber,
        "\(position.markPrice)", position.unrealizedPnL.value.resultText(),
        position.margin.value.text(places: 2, .towardZero),
        // The rules of the instrument were not asked for: six decimals, nearer to the entry.
        position.liquidationPrice.map {
          "\(Liquidation.onTick($0, side: position.side, tickSize: "0.000001"))"
        } ?? "-",
        row(position).protection,
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

  private func writeBalance(_ writer: inout JSONWriter) {
    writer.member("equity", quoted: snapshot.balance.equity)
    writer.member("cash", quoted: snapshot.balance.cash)
    writer.member("unrealizedPnL", quoted: snapshot.positions.unrealizedPnL)
    writer.member("usedMargin", quoted: snapshot.positions.usedMargin)
    writer.member("availableMargin", quoted: snapshot.balance.availableMargin)
  }

  private func writeOrders(_ writer: inout JSONWriter) {
    writer.key("orders")
    writer.beginArray()
    for order in snapshot.orders { OrderRow(order).write(to: &writer) }
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
