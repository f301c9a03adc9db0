import Trading
import Units

/// The compact form of the engine's events, for the journal.
///
/// Replaying what was decoded gives the same state as the first run did. The form is versioned by
/// ``codec``; decoding takes any bytes and never traps.
public enum EventCoding {
  /// The version that is written, as an ``Trading/EventBatch`` names it.
  public static let codec = 6

  /// Returns an event as bytes.
  public static func encode(_ event: Stamped<Event>) -> [UInt8] {
    var writer = ByteWriter()
    writer.put(event)
    return writer.bytes
  }

  /// Returns the event that the bytes hold, and nothing but that.
  public static func decode(_ bytes: [UInt8]) throws(EventCodingProblem) -> Stamped<Event> {
    var reader = ByteReader(bytes)
    let event: Stamped<Event> = try reader.get()
    guard reader.isAtEnd else { throw .trailingBytes(at: reader.position) }
    return event
  }

  /// Returns the events of a batch.
  public static func decode(_ batch: EventBatch) throws(EventCodingProblem) -> [Stamped<Event>] {
    guard batch.codec == codec else { throw .unknownVersion(batch.codec) }
    var reader = ByteReader(batch.bytes)
    var events: [Stamped<Event>] = []
    while !reader.isAtEnd { events.append(try reader.get()) }
    guard events.count == batch.count, events.first?.sequence == batch.firstSequence else {
      throw .invalidValue(at: reader.position)
    }
    return events
  }
}

/// Collects events for the journal until they are worth a row.
public struct EventBatchWriter: Sendable {
  private var writer = ByteWriter()
  private var first: (sequence: UInt64, at: Timestamp)?
  private var lastAt = Timestamp(milliseconds: 0)
  private var count = 0

  /// Makes an empty collection.
  public init() {}

  /// How many bytes are collected.
  public var byteCount: Int { writer.bytes.count }

  /// Adds an event.
  public mutating func add(_ event: Stamped<Event>) {
    if first == nil { first = (event.sequence, event.at) }
    lastAt = event.at
    count += 1
    writer.put(event)
  }

  /// Returns what was collected and starts anew; nil when nothing was.
  public mutating func take() -> EventBatch? {
    guard let first else { return nil }
    let batch = EventBatch(
      codec: EventCoding.codec, firstSequence: first.sequence, count: count, firstAt: first.at,
      lastAt: lastAt, bytes: writer.bytes)
    self = EventBatchWriter()
    return batch
  }
}

extension Stamped: BinaryEncodable where Value: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(sequence)
    writer.put(at)
    writer.put(value)
  }
}

extension Stamped: BinaryCodable where Value: BinaryCodable {
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let sequence: UInt64 = try reader.get()
    let at: Timestamp = try reader.get()
    self.init(try reader.get(), sequence: sequence, at: at)
  }
}

extension Event: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .started(let recovery):
      writer.putByte(0)
      writer.put(recovery)
    case .market(let event):
      writer.putByte(1)
      writer.put(event)
    case .account(let event):
      writer.putByte(2)
      writer.put(event)
    case .outcome(let id, let outcome):
      writer.putByte(3)
      writer.put(id)
      writer.put(outcome)
    case .link(let name, let state):
      writer.putByte(4)
      writer.put(name)
      writer.put(state)
    case .serverTime(let server, let sentAt, let receivedAt):
      writer.putByte(5)
      writer.put(server)
      writer.put(sentAt)
      writer.put(receivedAt)
    case .protocolProblem(let text):
      writer.putByte(6)
      writer.put(text)
    case .command(let command, let source):
      writer.putByte(7)
      writer.put(command)
      writer.put(source)
    case .timer(let timer):
      writer.putByte(8)
      writer.put(timer)
    case .intentDurable(let id):
      writer.putByte(9)
      writer.put(id)
    case .journalFailed(let id, let text):
      writer.putByte(10)
      writer.put(id)
      writer.put(text)
    case .journalRecovered: writer.putByte(11)
    case .budget(let budget):
      writer.putByte(12)
      writer.put(budget)
    case .loopLate(let lateness):
      writer.putByte(13)
      writer.put(lateness)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .started(try reader.get())
    case 1: self = .market(try reader.get())
    case 2: self = .account(try reader.get())
    case 3: self = .outcome(try reader.get(), try reader.get())
    case 4: self = .link(try reader.get(), try reader.get())
    case 5:
      self = .serverTime(
        try reader.get(), sentAt: try reader.get(), receivedAt: try reader.get())
    case 6: self = .protocolProblem(try reader.get())
    case 7: self = .command(try reader.get(), try reader.get())
    case 8: self = .timer(try reader.get())
    case 9: self = .intentDurable(try reader.get())
    case 10: self = .journalFailed(try reader.get(), try reader.get())
    case 11: self = .journalRecovered
    case 12: self = .budget(try reader.get())
    case 13: self = .loopLate(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}
