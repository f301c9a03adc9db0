import Glibc
import Simulation
import Trading
import Units

/// A recorded run, done again: the same steps at the same times of the market.
public struct RunReplay {
  /// Where the two runs part.
  public struct Difference: Sendable, Hashable {
    /// The line of the record, the first being 1.
    public let line: Int
    /// What was done there, such as `trade/order`.
    public let step: String
    /// The market's time.
    public let time: Timestamp
    /// The hash of the state that the record has.
    public let recorded: UInt64
    /// The hash of the state that it came to now.
    public let found: UInt64
  }

  /// How many steps were done again.
  public private(set) var steps = 0
  /// The first step after which the state is another one; nil when all are the same.
  public private(set) var difference: Difference?
  /// Whether the record ends in the middle of a line, as one does whose program was killed.
  public private(set) var isCut = false

  /// Reads a record and does it again; stops at the first difference.
  public init(path: String) throws(ServerProblem) {
    guard let file = fopen(path, "rb") else {
      throw .record(file: path, line: nil, String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    guard let first = Self.line(file), first.isWhole else {
      throw .record(file: path, line: 1, "it has no first line")
    }
    let exchange = try Self.exchange(first.bytes, path)
    var number = 1
    while difference == nil, let next = Self.line(file) {
      number += 1
      guard next.isWhole else {
        isCut = true
        return
      }
      let line = try Self.reading(path, number) { () throws(APIProblem) in
        try RunLine(next.bytes)
      }
      try Self.reading(path, number) { () throws(APIProblem) in try exchange.doAgain(line) }
      steps += 1
      compare(exchange.venue.stateHash, line.stateHash, number, line.step.title, line.time)
    }
  }

  private mutating func compare(
    _ found: UInt64, _ recorded: UInt64, _ line: Int, _ step: String, _ time: Timestamp
  ) {
    guard found != recorded else { return }
    difference = Difference(
      line: line, step: step, time: time, recorded: recorded, found: found)
  }

  /// Opens an exchange as the record's first line says, and sees that it begins the same.
  private static func exchange(
    _ bytes: [UInt8], _ path: String
  ) throws(ServerProblem) -> ServedExchange {
    let head = try reading(path, 1) { () throws(APIProblem) in try RunHead(bytes) }
    let configuration = head.configuration
    let market = try OpenedMarket(configuration, at: head.start)
    let exchange = ServedExchange(
      configuration: configuration, market: market, clock: { head.start })
    guard exchange.venue.stateHash == head.stateHash else {
      throw .record(file: path, line: 1, "the market does not begin as it did when it was recorded")
    }
    return exchange
  }

  private static func reading<Value>(
    _ path: String, _ line: Int, _ body: () throws(APIProblem) -> Value
  ) throws(ServerProblem) -> Value {
    do throws(APIProblem) {
      return try body()
    } catch {
      throw .record(file: path, line: line, error.message)
    }
  }

  /// Reads a line; nil at the end of the file.
  private static func line(_ file: UnsafeMutablePointer<FILE>) -> (bytes: [UInt8], isWhole: Bool)? {
    var text: UnsafeMutablePointer<CChar>?
    var room = 0
    defer { free(text) }
    let count = getline(&text, &room, file)
    guard count > 0, let text else { return nil }
    let bytes = UnsafeRawBufferPointer(start: text, count: count)
    guard bytes.last == UInt8(ascii: "\n") else { return (Array(bytes), false) }
    return (Array(bytes.dropLast()), true)
  }
}

extension ServedExchange {
  /// Does a step of a record at its time. That the exchange refuses it belongs to the run.
  fileprivate func doAgain(_ line: RunLine) throws(APIProblem) {
    runMarket(until: line.time)
    publish()
    switch line.step {
    case .call(let account, let path, let body):
      guard let route = Routes.table[path], accounts.indices.contains(account) else {
        throw .unsupported
      }
      var writer = RowWriter()
      let call = Call(parameters: Parameters(body.members), body: body, account: account)
      switch Result(catching: { () throws(APIProblem) in try route.serve(self, call, &writer) }) {
      case .success, .failure: break
      }
    case .act(let members):
      let act = try FaultAct(Parameters(members))
      switch Result(catching: { () throws(APIProblem) in try act.perform(on: self) }) {
      case .success, .failure: break
      }
    case .fill(let account, let order, let size):
      guard accounts.indices.contains(account) else { throw .wrong("account") }
      _ = fill(.number(order), of: accounts[account], size: size)
    case .feeds(let instrument, let feeds):
      guard let market = venue.market(instrument) else { throw .wrong("feeds") }
      venue.setFeeds(feeds, of: market)
    }
    publish()
  }
}

extension RequestValue {
  /// The members of an object, none of anything else.
  fileprivate var members: [String: RequestValue] {
    if case .object(let members) = self { members } else { [:] }
  }
}
