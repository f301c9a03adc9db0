import AccountData
import Engine
import Risk
import Screen
import Trading
import Units

/// A resting order as it would be after a change of price, size or both.
struct Amendment: Sendable, Equatable {
  let order: TrackedOrder
  /// How it would meet the book.
  let type: OrderType
  /// The whole size that is wanted, what has filled included.
  let contracts: Contracts

  /// Whether more could be opened than before.
  var grows: Bool { !order.reduceOnly && contracts > order.contracts }

  /// What would be sent once the order is canceled; below zero when more has filled already.
  var rest: Contracts { contracts - order.progress.filledContracts }

  /// The opening that would replace the order; nil for one that only closes.
  var opening: OpeningIntent? {
    guard !order.reduceOnly else { return nil }
    return OpeningIntent(
      instrument: order.instrument, side: order.side == .buy ? .long : .short,
      marginMode: order.marginMode, type: type, size: .contracts(rest),
      stop: order.stopLoss.map(StopPlan.stop) ?? .liquidation, takeProfit: order.takeProfit)
  }
}

extension DashboardModel {
  /// Returns the command that replaces an order, or why it may not be sent. The gate is asked
  /// first: an order that is canceled and then denied would be lost.
  func command(for amendment: Amendment) throws(FormProblem) -> DashboardCommand {
    guard let id = amendment.order.clientOrderID, !amendment.order.state.isFinal else {
      throw FormProblem(text: "the order is gone")
    }
    guard
      !snapshot.plans.contains(where: {
        $0.kind == "oneOf" && $0.instrument == amendment.order.instrument
      })
    else {
      throw FormProblem(text: "it is one of two orders: cancel both and send them anew")
    }
    guard amendment.type != amendment.order.type || amendment.contracts != amendment.order.contracts
    else { throw FormProblem(text: "nothing would change") }
    guard amendment.rest.isPositive else {
      let filled = amendment.order.progress.filledContracts
      throw FormProblem(text: "\(filled) contracts have filled already; cancel the rest instead")
    }
    if amendment.grows, let reason = disabledReason(of: .send) { throw FormProblem(text: reason) }
    if let denial = preview(of: amendment)?.denial {
      throw FormProblem(text: denial.text, isDenial: true)
    }
    return .engine(.amend(id, amendment.type, contracts: amendment.contracts))
  }

  /// What the order would cost and risk; nil for one that only closes.
  func preview(of amendment: Amendment) -> OrderPreview? {
    guard let opening = amendment.opening, amendment.rest.isPositive else { return nil }
    return snapshot.preview(
      opening, replacing: amendment.order.clientOrderID, at: snapshot.at)
  }

  /// The question before an order is replaced.
  func question(about amendment: Amendment) throws(FormProblem) -> Confirmation {
    let command = try command(for: amendment)
    return Confirmation(
      question: "\(snapshot.modeWord): replace this order?", details: lines(about: amendment),
      commands: [command], openedAt: now, grows: amendment.grows)
  }

  /// The change and what it would cost and risk, for people.
  func lines(about amendment: Amendment) -> [String] {
    let order = amendment.order
    let arrow = labels.glyphs.isASCII ? "->" : "→"
    let unknown = labels.glyphs.unknown
    func price(_ type: OrderType) -> String { type.limitPrice?.description ?? unknown }
    let filled = order.progress.filledContracts
    let already = filled.isZero ? "" : ", \(filled) of it filled"
    var lines = [
      "\(order.side.rawValue) \(order.contracts) \(arrow) \(amendment.contracts) "
        + "\(order.instrument)\(already), \(amendment.type.word) \(price(order.type)) \(arrow) "
        + price(amendment.type)
    ]
    if let preview = preview(of: amendment) {
      let stop = amendment.opening?.stop.trigger?.triggerPrice
      lines.append(
        "worth \(money(preview.notional)), margin \(money(preview.margin)), stop "
          + "\(stop?.description ?? unknown), loses \(money(preview.lossAtStop?.magnitude))")
    }
    return lines
  }
}
