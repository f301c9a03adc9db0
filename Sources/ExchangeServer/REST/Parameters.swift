import Simulation
import Trading
import Units

/// The named parameters of a call, from its query or from an object of its body.
///
/// The exchange takes text, numbers and truth values alike, and an empty text as not given.
struct Parameters {
  private let values: [String: RequestValue]

  /// Takes the members of an object.
  init(_ values: [String: RequestValue]) {
    self.values = values
  }

  /// Everything that was given.
  var members: [String: RequestValue] { values }

  /// Takes a query; of a repeated name the last counts.
  init(query: [(name: String, value: String)]) {
    values = Dictionary(query.map { ($0.name, .text($0.value)) }) { $1 }
  }

  /// Returns a parameter as text; nil when it is missing, null or empty.
  func text(_ name: String) throws(APIProblem) -> String? {
    switch values[name] {
    case nil, .null?: return nil
    case .text(let text)?: return text.isEmpty ? nil : text
    case .number(let digits)?: return digits
    case .boolean(let flag)?: return flag ? "true" : "false"
    case .object?, .array?: throw .wrong(name)
    }
  }

  /// Returns a parameter that must be there (152001).
  func required(_ name: String) throws(APIProblem) -> String {
    guard let text = try text(name) else { throw .missing(name) }
    return text
  }

  /// Returns a number; nil when it is missing.
  func number<Unit: FixedUnit>(
    _ name: String, as unit: Unit.Type = Unit.self
  ) throws(APIProblem) -> Unit? {
    guard let text = try text(name) else { return nil }
    do throws(NumberProblem) {
      return try Unit(text: text)
    } catch {
      throw .wrong(name)
    }
  }

  /// Returns a number above zero that must be there.
  func positive<Unit: FixedUnit>(
    _ name: String, as unit: Unit.Type = Unit.self
  ) throws(APIProblem) -> Unit {
    guard let number = try number(name, as: Unit.self) else { throw .missing(name) }
    guard number.isPositive else { throw .wrong(name) }
    return number
  }

  /// Returns a whole number; nil when it is missing.
  func whole(_ name: String) throws(APIProblem) -> Int64? {
    guard let text = try text(name) else { return nil }
    guard let number = Int64(text), number >= 0 else { throw .wrong(name) }
    return number
  }

  /// Returns a truth value, the texts `true` and `false` or JSON's own; false when missing.
  func flag(_ name: String) throws(APIProblem) -> Bool {
    switch try text(name) {
    case nil, "false"?: return false
    case "true"?: return true
    case .some: throw .wrong(name)
    }
  }

  /// Returns a value by its word (152002 for another word); nil when it is missing.
  func word<Value>(
    _ name: String, _ reading: (String) -> Value?
  ) throws(APIProblem) -> Value? {
    guard let text = try text(name) else { return nil }
    guard let value = reading(text) else { throw .wrong(name) }
    return value
  }

  /// Returns a value by its word that must be there.
  func requiredWord<Value>(
    _ name: String, _ reading: (String) -> Value?
  ) throws(APIProblem) -> Value {
    guard let value = try word(name, reading) else { throw .missing(name) }
    return value
  }

  /// Returns the elements of an array; nil when it is missing.
  func elements(_ name: String) throws(APIProblem) -> [RequestValue]? {
    switch values[name] {
    case nil, .null?: return nil
    case .array(let elements)?: return elements
    case .text(let text)? where text.isEmpty: return nil
    case .some: throw .wrong(name)
    }
  }

  /// Returns an instrument's name; nil when it is missing, 152014 for one that none can have.
  func instrument() throws(APIProblem) -> InstrumentID? {
    guard let text = try text("instId") else { return nil }
    guard let name = InstrumentID(text) else { throw .unknownInstrument }
    return name
  }

  /// Returns an instrument's name that must be there; no instrument has one of more than 32 bytes.
  func requiredInstrument() throws(APIProblem) -> InstrumentID {
    guard let name = try instrument() else { throw .missing("instId") }
    return name
  }

  /// Returns a client's id; 152009 for one that the exchange does not take.
  func clientID(_ name: String = "clientOrderId") throws(APIProblem) -> ClientOrderID? {
    guard let text = try text(name) else { return nil }
    guard let id = ClientOrderID(text), id.isAcceptable else { throw .malformedIdentifier(name) }
    return id
  }
}

extension APIProblem {
  /// An id that is not 1 to 32 letters, digits or underscores (152009).
  static func malformedIdentifier(_ name: String) -> APIProblem {
    APIProblem(
      code: "152009",
      message: "\(name) must be a combination of numbers, letters, or underscores, "
        + "and the maximum length of characters is 32.")
  }

  /// A refusal of the venue in its own words.
  init(_ refusal: VenueRefusal) {
    self.init(code: String(refusal.code), message: refusal.text)
  }
}

/// Which rows of a list a call asks for; lists come newest first.
struct Page {
  /// Rows older than this id or moment, exclusive.
  let after: UInt64?
  /// Rows newer than this id or moment, exclusive.
  let before: UInt64?
  /// Rows at or after this moment.
  let begin: Timestamp?
  /// Rows at or before this moment.
  let end: Timestamp?
  /// How many rows at most.
  let limit: Int

  /// Reads the paging of a call; a limit above `maximum` is taken as `maximum`.
  init(_ parameters: Parameters, default count: Int = 20, maximum: Int = 100) throws(APIProblem) {
    after = try parameters.whole("after").map(UInt64.init)
    before = try parameters.whole("before").map(UInt64.init)
    begin = try parameters.whole("begin").map(Timestamp.init(milliseconds:))
    end = try parameters.whole("end").map(Timestamp.init(milliseconds:))
    let asked = try parameters.whole("limit") ?? Int64(count)
    guard asked > 0 else { throw .wrong("limit") }
    limit = Int(min(asked, Int64(maximum)))
  }

  /// The page of a list that the venue keeps, paged by id.
  func history(_ instrument: InstrumentID?) -> HistoryPage {
    HistoryPage(
      instrument: instrument, olderThan: after, newerThan: before, begin: begin, end: end,
      limit: limit)
  }

  /// The moment that rows are older than, for lists paged by time.
  var olderMoment: Timestamp? { after.map { Timestamp(milliseconds: Int64($0)) } }

  /// The moment that rows are newer than, for lists paged by time.
  var newerMoment: Timestamp? { before.map { Timestamp(milliseconds: Int64($0)) } }

  /// Returns whether a row of a moment is on a page of a list paged by time.
  func holds(_ time: Timestamp) -> Bool {
    if let olderMoment, time >= olderMoment { return false }
    if let newerMoment, time <= newerMoment { return false }
    return true
  }

}
