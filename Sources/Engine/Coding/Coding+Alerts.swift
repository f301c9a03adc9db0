import Trading
import Units

extension Command {
  /// Writes the commands that concern alerts.
  func encodeAlert(into writer: inout ByteWriter) {
    switch self {
    case .addAlert(let text):
      writer.putByte(14)
      writer.put(text)
    case .removeAlert(let id):
      writer.putByte(15)
      writer.put(id)
    case .acknowledge(let id):
      writer.putByte(16)
      writer.put(id)
    case .testAlert(let severity):
      writer.putByte(17)
      writer.put(severity)
    default: preconditionFailure("only what concerns alerts is written here")
    }
  }

  init(alert tag: UInt8, from reader: inout ByteReader) throws(EventCodingProblem) {
    switch tag {
    case 14: self = .addAlert(try reader.get())
    case 15: self = .removeAlert(try reader.get())
    case 16: self = .acknowledge(try reader.get())
    case 17: self = .testAlert(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension AlertRuleID: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putCount(number) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(try reader.getCount())
  }
}

extension AlertID: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(rule)
    writer.putCount(count)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(rule: try reader.get(), count: try reader.getCount())
  }
}

extension AlertSeverity: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(rawValue) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    guard let value = Self(rawValue: try reader.getText()) else {
      throw .invalidValue(at: reader.position)
    }
    self = value
  }
}

extension AlertPhase: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(rawValue) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    guard let value = Self(rawValue: try reader.getText()) else {
      throw .invalidValue(at: reader.position)
    }
    self = value
  }
}

extension AlertRuleRecord: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.put(text)
    writer.put(isConfigured)
    writer.put(phase)
    writer.putCount(firedCount)
    writer.putCount(suppressedCount)
    writer.put(firedAt)
    writer.put(createdAt)
    writer.put(at)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      id: try reader.get(), text: try reader.get(), isConfigured: try reader.get(),
      phase: try reader.get(), firedCount: try reader.getCount(),
      suppressedCount: try reader.getCount(), firedAt: try reader.get(),
      createdAt: try reader.get(), at: try reader.get())
  }
}

extension AlertRecord: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.put(severity)
    writer.put(text)
    writer.put(instrument)
    writer.put(at)
    writer.put(acknowledgedAt)
    writer.put(acknowledgedBy)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      id: try reader.get(), severity: try reader.get(), text: try reader.get(),
      instrument: try reader.get(), at: try reader.get(), acknowledgedAt: try reader.get(),
      acknowledgedBy: try reader.get())
  }
}

extension AlertRecovery: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(rules)
    writer.put(lastRule)
    writer.put(alerts)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(rules: try reader.get(), lastRule: try reader.get(), alerts: try reader.get())
  }
}
