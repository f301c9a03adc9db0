import Engine
import MarketData
import Risk
import Trading
import Units

/// How the order of a ticket meets the book.
enum TicketKind: Int, Sendable, Hashable, CaseIterable {
  case market
  case limit
  case postOnly

  var label: String {
    switch self {
    case .market: "market"
    case .limit: "limit"
    case .postOnly: "post-only"
    }
  }

  /// The kind `step` places further.
  func moved(by step: Int) -> TicketKind {
    let all = Self.allCases
    let place = all.firstIndex(of: self).map { ($0 + step + all.count) % all.count }
    return place.map { all[$0] } ?? self
  }
}

/// The lines of a ticket that can be changed, from top to bottom.
enum TicketField: Int, Sendable, Hashable, CaseIterable {
  case size
  case unit
  case kind
  case price
  case stop
  case target
}

/// What is wrong with a line of a form.
struct FormProblem: Error, Sendable, Hashable {
  let text: String
  /// Whether the text is the reason of the gate, which denies what is written rightly.
  var isDenial = false

  /// The text before anything is sent.
  var foreseen: String { isDenial ? "would be denied: \(text)" : text }
}

/// An order being written: text as typed, turned into an intent on every change.
struct TicketForm: Sendable, Equatable {
  let instrument: Instrument
  let side: PositionSide
  let marginMode: MarginMode
  let openedAt: Timestamp
  var field = TicketField.size
  var unit: SizeUnit
  var sizeText: String
  var kind = TicketKind.market
  var priceText = ""
  var stopText: String
  var targetText = ""
  /// Whether the line still holds what stood there before: what is typed takes its place.
  var isUntouched = true
  /// The figures that the last frame showed; nil where there were none.
  var shown: AskedOrder.Figures?

  /// Opens a ticket with an amount in a unit and the stop at the usual distance.
  init(
    market: Market, side: PositionSide, marginMode: MarginMode, unit: SizeUnit, amount: Fixed,
    at now: Timestamp
  ) {
    instrument = market.instrument
    self.side = side
    self.marginMode = marginMode
    self.unit = unit
    openedAt = now
    sizeText = amount.description
    let reference = market.takenPrice(by: side.openingSide) ?? market.lastPrice
    let stop = reference.map {
      Distance.price(Distance.usualStop, from: $0, side, isStop: true, market.instrument)
    }
    stopText = stop?.description ?? ""
    let resting = side == .long ? market.bidPrice : market.askPrice
    priceText = (resting ?? reference)?.description ?? ""
  }

  /// Makes it a limit order at a price, its stop at the usual distance from there.
  mutating func rest(at price: Price) {
    kind = .limit
    priceText = price.description
    stopText =
      Distance.price(Distance.usualStop, from: price, side, isStop: true, instrument).description
  }

  /// Whether a line matters: a market order has no price.
  func uses(_ field: TicketField) -> Bool { field != .price || kind != .market }

  /// The text of a line, nil for a line that is chosen and not typed.
  var text: String? {
    get {
      switch field {
      case .size: sizeText
      case .price: priceText
      case .stop: stopText
      case .target: targetText
      case .unit, .kind: nil
      }
    }
    set {
      guard let newValue else { return }
      switch field {
      case .size: sizeText = newValue
      case .price: priceText = newValue
      case .stop: stopText = newValue
      case .target: targetText = newValue
      case .unit, .kind: break
      }
    }
  }

  /// Moves to the next line that matters, or the one before.
  mutating func move(by step: Int) {
    isUntouched = true
    let all = TicketField.allCases.filter(uses)
    guard let position = all.firstIndex(of: field) else {
      field = .size
      return
    }
    field = all[(position + step + all.count) % all.count]
  }

  /// Changes a line that is chosen.
  mutating func choose(by step: Int) {
    switch field {
    case .unit: unit = unit.moved(by: step)
    case .kind: kind = kind.moved(by: step)
    case .size, .price, .stop, .target: break
    }
  }

  /// Returns the wish that the form states, or what is wrong with it. `taken` is the price that a
  /// market order takes now: stops and targets in percent are counted from there, those of an order
  /// with a price from its price.
  func intent(taken: Price?) throws(FormProblem) -> OpeningIntent {
    let type = try type()
    let entry = type.limitPrice ?? taken
    let stop = stopText.isEmpty ? nil : try stopPrice(entry)
    let target = targetText.isEmpty ? nil : try targetPrice(entry, stop: stop)
    return OpeningIntent(
      instrument: instrument.id, side: side, marginMode: marginMode, type: type,
      size: try sizeRequest(), stop: stop.map { .stop(Trigger(triggerPrice: $0)) } ?? .none,
      takeProfit: target.map { Trigger(triggerPrice: $0) })
  }

  private func stopPrice(_ entry: Price?) throws(FormProblem) -> Price {
    guard stopText.hasSuffix("%") else { return try price(stopText, "stop") }
    let rate = try FormNumber.share(stopText, "stop")
    return Distance.price(
      rate, from: try known(entry), side, isStop: true, instrument)
  }

  private func targetPrice(_ entry: Price?, stop: Price?) throws(FormProblem) -> Price {
    if targetText.hasSuffix("r") {
      guard let stop else { throw FormProblem(text: "target: in r it needs a stop") }
      let count = try number(String(targetText.dropLast()), "target")
      guard count <= 1_000 else { throw FormProblem(text: "target: \(count) R is too far") }
      return Distance.target(count, entry: try known(entry), stop: stop, side, instrument)
    }
    guard targetText.hasSuffix("%") else { return try price(targetText, "target") }
    let rate = try FormNumber.share(targetText, "target")
    return Distance.price(rate, from: try known(entry), side, isStop: false, instrument)
  }

  private func known(_ entry: Price?) throws(FormProblem) -> Price {
    guard let entry else { throw FormProblem(text: "\(instrument.id) has no price yet") }
    return entry
  }

  private func type() throws(FormProblem) -> OrderType {
    switch kind {
    case .market: return .market
    case .limit: return .limit(try price(priceText, "price"))
    case .postOnly: return .postOnly(try price(priceText, "price"))
    }
  }

  private func sizeRequest() throws(FormProblem) -> SizeRequest {
    let number = try number(sizeText, "size")
    let isShare = unit == .marginShare || unit == .riskShare
    guard !isShare || number <= 100 else { throw FormProblem(text: "size: at most 100 %") }
    return WorkingSize.request(number, unit)
  }

  private func price(_ text: String, _ name: String) throws(FormProblem) -> Price {
    Price(try number(text, name))
  }

  private func number(_ text: String, _ name: String) throws(FormProblem) -> Fixed {
    try FormNumber.parse(text, name)
  }
}

/// Reads a number that a person typed.
enum FormNumber {
  /// The largest number that a form takes; products of two such stay in range.
  static let largest: Fixed = 1_000_000_000

  /// Returns the number, above zero; a leading or trailing point is forgiven.
  static func parse(_ text: String, _ name: String) throws(FormProblem) -> Fixed {
    guard !text.isEmpty else { throw FormProblem(text: "\(name): type a number") }
    var typed = text.hasPrefix(".") ? "0" + text : text
    if typed.hasSuffix(".") { typed.removeLast() }
    let number: Fixed
    do {
      number = try Fixed(typed)
    } catch {
      throw FormProblem(text: "\(name): \(error)")
    }
    guard number.isPositive else { throw FormProblem(text: "\(name): must be above zero") }
    guard number <= largest else { throw FormProblem(text: "\(name): the number is too large") }
    return number
  }

  /// Returns what a text in percent says, such as `1%`, as a share of one.
  static func share(_ text: String, _ name: String) throws(FormProblem) -> Rate {
    let percent = try parse(String(text.dropLast()), name)
    guard percent < 100 else { throw FormProblem(text: "\(name): less than 100 %") }
    return Rate(percent.divided(by: 100, .towardZero))
  }
}
