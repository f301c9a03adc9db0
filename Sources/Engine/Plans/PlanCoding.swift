import Risk
import Trading
import Units

extension ActionPlan: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.put(source)
    writer.put(startedAt)
    writer.put(work)
    writer.put(actedAt)
    writer.put(attempts)
  }
}

extension PlanWork: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .reverse(let plan):
      writer.putByte(0)
      writer.put(plan)
    case .scaleIn(let plan):
      writer.putByte(1)
      writer.put(plan)
    case .targets(let plan):
      writer.putByte(2)
      writer.put(plan)
    case .oneOf(let plan):
      writer.putByte(3)
      writer.put(plan)
    case .trail(let plan):
      writer.putByte(4)
      writer.put(plan)
    case .amend(let plan):
      writer.putByte(5)
      writer.put(plan)
    case .flatten(let instrument):
      writer.putByte(6)
      writer.put(instrument)
    case .entry(let plan):
      writer.putByte(7)
      writer.put(plan)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .reverse(try reader.get())
    case 1: self = .scaleIn(try reader.get())
    case 2: self = .targets(try reader.get())
    case 3: self = .oneOf(try reader.get())
    case 4: self = .trail(try reader.get())
    case 5: self = .amend(try reader.get())
    case 6: self = .flatten(try reader.get())
    case 7: self = .entry(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension ByteReader {
  /// Reads a case by its word.
  mutating func getWord<Word: RawRepresentable<String>>() throws(EventCodingProblem) -> Word {
    guard let word = Word(rawValue: try getText()) else { throw .invalidValue(at: position) }
    return word
  }
}

extension ReversePlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(side)
    writer.put(opening)
    writer.put(deadline)
    writer.putText(step.rawValue)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      key: try reader.get(), side: try reader.get(), opening: try reader.get(),
      deadline: try reader.get(), step: try reader.getWord())
  }
}

extension ScaleInPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(side)
    writer.put(closeShare)
    writer.put(deadline)
    writer.put(keep)
    writer.putText(step.rawValue)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      key: try reader.get(), side: try reader.get(), closeShare: try reader.get(),
      deadline: try reader.get(), keep: try reader.get(), step: try reader.getWord())
  }
}

extension TargetsPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(side)
    writer.put(targets)
    writer.put(entry)
    writer.put(sizes)
    writer.put(next)
    writer.put(divided)
    writer.put(dividedAt)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      key: try reader.get(), side: try reader.get(), targets: try reader.get(),
      entry: try reader.get(), sizes: try reader.get(), next: try reader.get())
    // Plans of earlier versions end here.
    if !reader.isAtEnd {
      divided = try reader.get()
      dividedAt = try reader.get()
    }
    guard next >= 0, next <= targets.count + 1, next == 0 || sizes.count == targets.count else {
      throw .invalidValue(at: reader.position)
    }
  }
}

extension OneOfPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(first)
    writer.put(second)
    writer.put(ids)
    writer.putText(step.rawValue)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      first: try reader.get(), second: try reader.get(), ids: try reader.get(),
      step: try reader.getWord())
    guard ids.isEmpty || ids.count == 2 else { throw .invalidValue(at: reader.position) }
  }
}

extension TrailPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(side)
    writer.put(distance)
    writer.put(activation)
    writer.put(best)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      key: try reader.get(), side: try reader.get(), distance: try reader.get(),
      activation: try reader.get(), best: try reader.get())
  }
}

extension AmendPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(order)
    writer.put(type)
    writer.put(contracts)
    writer.putText(step.rawValue)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), order: try reader.get(), type: try reader.get(),
      contracts: try reader.get(), step: try reader.getWord())
  }
}

extension EntryPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(opening)
    writer.put(triggerPrice)
    writer.putByte(isAbove ? 1 : 0)
    writer.put(until)
    writer.put(watchedBy)
    writer.putText(step.rawValue)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      opening: try reader.get(), triggerPrice: try reader.get(),
      isAbove: try reader.getByte() == 1, until: try reader.get(),
      watchedBy: try reader.get(), step: try reader.getWord())
  }
}

extension PartialTarget: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(trigger)
    writer.put(share)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(trigger: try reader.get(), share: try reader.get())
  }
}

extension TrailDistance: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .price(let price):
      writer.putByte(0)
      writer.put(price)
    case .share(let share):
      writer.putByte(1)
      writer.put(share)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .price(try reader.get())
    case 1: self = .share(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}
