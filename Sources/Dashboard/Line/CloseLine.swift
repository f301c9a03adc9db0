import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// A wish to make a position smaller.
struct CloseLine: Sendable, Hashable {
  var position: LinePosition
  /// A share of the position, above zero and at most one.
  var share: Rate = 1
  /// Nil at market.
  var price: LinePrice?
  /// Whether it must not take from the book.
  var isPostOnly = false
}

extension CloseLine: CustomStringConvertible {
  var description: String {
    "close \(position) share \(share)"
      + (price.map { ", \(isPostOnly ? "post" : "limit") \($0)" } ?? "")
  }
}

extension LineParser {
  /// How much of a position is closed, and at which price an order for it rests.
  static func close(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> CloseLine {
    var line = CloseLine(position: try position(verb, &words))
    if let word = words.next, word.text != "@" {
      _ = words.take()
      guard word.text.hasSuffix("%") else {
        throw LineProblem(
          at: word.at, text: "`\(word.text)`: how much to close is in percent: 50%")
      }
      line.share = try LineNumber.share(word.text.dropLast(), of: word)
    }
    guard let word = words.next, words.take("@") else { return line }
    line.price = try LineOptions.price(after: word, &words)
    line.isPostOnly = words.take("post")
    return line
  }
}

/// An order that rests in the book and only makes a position smaller.
struct RestingExit: Equatable {
  /// Which position, how much of it and at which price.
  let intent: ClosingIntent
  /// Which way the position goes.
  let side: PositionSide
  /// What the order closes when all of it fills.
  let contracts: Contracts
  /// What is held and not being closed at market.
  let held: Contracts

  var command: DashboardCommand { .engine(.close(intent)) }
}

extension DashboardModel {
  /// Returns what a line that closes comes to: at market at once, at a price an order that rests.
  func meaning(of line: CloseLine) throws(LineProblem) -> LineMeaning {
    let position = try position(line.position)
    let rules = try instrument(line.position.market)
    var intent = ClosingIntent(key: position.key, share: line.share)
    if let asked = line.price {
      let price = try price(asked, of: rules.id)
      guard price.isMultiple(of: rules.tickSize) else {
        throw LineProblem(
          at: 0, text: "\(price) is no multiple of the tick size \(rules.tickSize)")
      }
      intent.type = line.isPostOnly ? .postOnly(price) : .limit(price)
    }
    switch snapshot.closing(intent, at: snapshot.at) {
    case .success(let contracts):
      guard intent.type.mayRest else { return .commands([.engine(.close(intent))]) }
      let exit = exit(intent, position, contracts)
      return .exit(exit, asks: takenPrice(by: exit) != nil || farMark(from: exit) != nil)
    case .failure(.shareBelowLot(let share, let whole, let lot)):
      let denial = Denial.shareBelowLot(share, of: whole, lotSize: lot)
      throw LineProblem(at: 0, text: denial.text)
    case .failure(let denial):
      // The engine may know more by now: only it says no to an exit at market.
      guard intent.type.mayRest else { return .commands([.engine(.close(intent))]) }
      throw LineProblem(at: 0, text: denial.text)
    }
  }

  /// Returns the exit that an order of the other side is where an account has one position per
  /// instrument; nil for an order that does not rest or is larger than what is held.
  func exit(insteadOf intent: OpeningIntent) -> RestingExit? {
    guard intent.type.mayRest, snapshot.account.positionMode == .oneWay,
      let position = figures.positions.first(where: { $0.key.instrument == intent.instrument }),
      position.side != intent.side,
      let contracts = snapshot.preview(intent, at: snapshot.at).contracts,
      contracts.isPositive
    else { return nil }
    let whole = snapshot.closableContracts(position.key, at: snapshot.at)
    guard contracts <= whole else { return nil }
    // Up, so that the gate, which rounds down to lots, comes to the very number.
    let share = Rate(contracts.value.divided(by: whole.value, .up))
    let closing = ClosingIntent(key: position.key, share: share, type: intent.type)
    // Other exits that rest leave less to it; one that is denied is told so when it is sent.
    if case .success(let sent) = snapshot.closing(closing, at: snapshot.at) {
      return exit(closing, position, sent)
    }
    return exit(closing, position, contracts)
  }

  private func exit(
    _ intent: ClosingIntent, _ position: PositionFigures, _ contracts: Contracts
  ) -> RestingExit {
    RestingExit(
      intent: intent, side: position.side, contracts: contracts,
      held: snapshot.closableContracts(position.key, at: snapshot.at))
  }

  /// The question before an order rests that closes instead of opening, or that takes the book.
  func question(about exit: RestingExit) -> Confirmation {
    var details = [
      text(of: exit),
      "It only makes the \(exit.side.rawValue) smaller: it needs no stop and opens nothing.",
    ]
    if let taken = takenPrice(by: exit) {
      details.append("It does not rest: the book pays \(taken), it takes that at once.")
    }
    if let mark = farMark(from: exit) {
      details.append("Its price is far from the mark price \(mark): the exchange may refuse it.")
    }
    return Confirmation(
      question: "\(snapshot.modeWord): send this exit?", details: details,
      commands: [exit.command], openedAt: now)
  }

  /// The order in one line: its size of what is held, its price, and what it gains or loses there.
  func text(of exit: RestingExit) -> String {
    let id = exit.intent.key.instrument
    let price = exit.intent.type.limitPrice
    var text =
      "\(exit.side.closingSide.rawValue) \(exit.contracts) of \(exit.held) \(id) "
      + "\(exit.intent.type.word) \(price?.description ?? labels.glyphs.unknown), reduce-only"
    if let price, let position = figures.positions.first(where: { $0.key == exit.intent.key }),
      let amount = snapshot.markets[id]?.instrument.baseAmount(of: exit.contracts)
    {
      let result = exit.side.gain(from: position.entryPrice, to: price)
        .notionalIfInRange(of: amount, .towardZero)
      text += ", \(signed(result)) USDT before fees"
    }
    return text
  }

  /// The mark price where that of an exit is more than twice or less than half of it, such as one
  /// with a digit too many; nil for any other.
  private func farMark(from exit: RestingExit) -> Price? {
    guard let price = exit.intent.type.limitPrice,
      let mark = snapshot.markets[exit.intent.key.instrument]?.markPrice,
      price > mark + mark || price + price < mark
    else { return nil }
    return mark
  }

  /// The price in the book that an exit takes instead of resting; nil when it rests.
  private func takenPrice(by exit: RestingExit) -> Price? {
    let side = exit.side.closingSide
    guard case .limit(let price) = exit.intent.type,
      let taken = snapshot.markets[exit.intent.key.instrument]?.takenPrice(by: side),
      side == .buy ? price >= taken : price <= taken
    else { return nil }
    return taken
  }
}
