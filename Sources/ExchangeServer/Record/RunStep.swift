import JSONText
import Simulation
import Trading
import Units

/// One thing that was done to the exchange from outside, with what it needs to be done again.
///
/// The market needs none: it follows the seed or the file.
enum RunStep {
  /// A call with a key: whose, which, and its body.
  case call(account: Int, path: String, RequestValue)
  /// A fault that changed the exchange.
  case act([String: RequestValue])
  /// A fill by hand: whose order, and how much of it, all that is left when nil.
  case fill(account: Int, OrderNumber, size: Contracts?)
  /// Public outputs that someone has begun or stopped to listen to: books are numbered as they are
  /// published.
  case feeds(InstrumentID, MarketFeeds)

  /// What it was, for a sentence.
  var title: String {
    switch self {
    case .call(_, let path, _): path
    case .act(let members):
      switch members["do"] {
      case .text(let verb)?: "fault \(verb)"
      case nil, .some: "fault"
      }
    case .fill(_, let order, _): "fill of order \(order)"
    case .feeds(let instrument, _): "subscriptions to \(instrument.text)"
    }
  }
}

/// A step with its time and the state's hash after it: one line of a record.
struct RunLine {
  /// The market's time.
  let time: Timestamp
  let step: RunStep
  /// ``SimulatedVenue/stateHash`` after the step.
  let stateHash: UInt64

  /// The line as JSON, without its end.
  var encoded: [UInt8] {
    var writer = RowWriter()
    writer.object { writer in
      writer.name("at")
      writer.number(Int(time.milliseconds))
      switch step {
      case .call(let account, let path, let body):
        writer.member("call", path)
        writer.name("account")
        writer.number(account)
        writer.name("body")
        body.encode(to: &writer)
      case .act(let members):
        writer.name("act")
        RequestValue.object(members).encode(to: &writer)
      case .fill(let account, let order, let size):
        writer.member("fill", order.text)
        writer.name("account")
        writer.number(account)
        writer.member("size", size?.description, else: .missing)
      case .feeds(let instrument, let feeds):
        writer.member("feeds", instrument.text)
        writer.name("bits")
        writer.number(Int(feeds.rawValue))
      }
      writer.member("state", String(stateHash, radix: 16))
    }
    return writer.bytes
  }

  /// Reads a line; throws what is wrong with it.
  init(_ bytes: [UInt8]) throws(APIProblem) {
    let parameters = try Parameters(line: bytes)
    guard let time = try parameters.whole("at"),
      let hash = UInt64(try parameters.required("state"), radix: 16)
    else { throw .malformedBody }
    self.time = Timestamp(milliseconds: time)
    stateHash = hash
    step = try Self.step(parameters)
  }

  init(time: Timestamp, step: RunStep, stateHash: UInt64) {
    self.time = time
    self.step = step
    self.stateHash = stateHash
  }

  private static func step(_ parameters: Parameters) throws(APIProblem) -> RunStep {
    if let path = try parameters.text("call") {
      guard let body = parameters.members["body"] else { throw .missing("body") }
      return .call(account: try account(parameters), path: path, body)
    }
    if case .object(let members)? = parameters.members["act"] { return .act(members) }
    if let order = try parameters.text("fill") {
      guard let number = UInt64(order) else { throw .wrong("fill") }
      return .fill(
        account: try account(parameters), OrderNumber(number), size: try parameters.number("size"))
    }
    if let instrument = try parameters.text("feeds") {
      guard let bits = try parameters.whole("bits").flatMap({ UInt8(exactly: $0) }) else {
        throw .wrong("bits")
      }
      guard let name = InstrumentID(instrument) else { throw .wrong("feeds") }
      return .feeds(name, MarketFeeds(rawValue: bits))
    }
    throw .malformedBody
  }

  private static func account(_ parameters: Parameters) throws(APIProblem) -> Int {
    guard let account = try parameters.whole("account").flatMap({ Int(exactly: $0) }) else {
      throw .missing("account")
    }
    return account
  }
}

extension Parameters {
  /// Reads a line of JSON that is an object.
  init(line bytes: [UInt8]) throws(APIProblem) {
    let value: RequestValue
    do throws(JSONProblem) {
      value = try RequestValue(bytes)
    } catch {
      throw .malformedBody
    }
    guard case .object(let members) = value else { throw .malformedBody }
    self.init(members)
  }
}
