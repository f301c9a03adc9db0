import Trading
import Units

extension BinaryCodable where Self: FixedUnit {
  func encode(into writer: inout ByteWriter) { writer.putFixed(value) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(try reader.getFixed())
  }
}

extension Price: BinaryCodable {}
extension Contracts: BinaryCodable {}
extension BaseAmount: BinaryCodable {}
extension Money: BinaryCodable {}
extension Rate: BinaryCodable {}
extension Leverage: BinaryCodable {}

/// Enums that are their own text.
extension BinaryCodable where Self: RawRepresentable, RawValue == String {
  func encode(into writer: inout ByteWriter) { writer.putText(rawValue) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    guard let value = Self(rawValue: try reader.getText()) else {
      throw .invalidValue(at: reader.position)
    }
    self = value
  }
}

extension TimeFrame: BinaryCodable {}
extension OrderSide: BinaryCodable {}
extension PositionSide: BinaryCodable {}
extension PositionSlot: BinaryCodable {}
extension PositionMode: BinaryCodable {}
extension MarginMode: BinaryCodable {}
extension OrderState: BinaryCodable {}
extension TriggerSource: BinaryCodable {}
extension TriggerOrder.State: BinaryCodable {}
extension LinkName: BinaryCodable {}
extension BotState: BinaryCodable {}
extension StrategyState: BinaryCodable {}
extension IntentRecord.Purpose: BinaryCodable {}
extension EquityRecord.Occasion: BinaryCodable {}

/// A name of the vocabulary that can be made from its text.
protocol TextCodable: BinaryCodable, ShortIdentifier {}

extension TextCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(text) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    guard let name = Self(try reader.getText()) else { throw .invalidValue(at: reader.position) }
    self = name
  }
}

extension InstrumentID: TextCodable {}
extension ExchangeOrderID: TextCodable {}
extension ClientOrderID: TextCodable {}
extension TradeID: TextCodable {}
extension PositionID: TextCodable {}
extension RunID: TextCodable {}

extension Timestamp: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putWhole(milliseconds) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(milliseconds: try reader.getWhole())
  }
}

extension TimeSpan: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putWhole(milliseconds) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(milliseconds: try reader.getWhole())
  }
}

extension RequestID: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putCount(number) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(try reader.getCount())
  }
}

extension UInt64: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putCount(self) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) { self = try reader.getCount() }
}

extension Int: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putWhole(Int64(self)) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self = Int(try reader.getWhole())
  }
}

extension Bool: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putByte(self ? 1 : 0) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let byte = try reader.getByte()
    guard byte <= 1 else { throw .unknownCase(byte, at: reader.position - 1) }
    self = byte == 1
  }
}

extension String: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(self) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) { self = try reader.getText() }
}

extension Optional: BinaryEncodable where Wrapped: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    if let self {
      writer.putByte(1)
      writer.put(self)
    } else {
      writer.putByte(0)
    }
  }
}

extension Optional: BinaryCodable where Wrapped: BinaryCodable {
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let isThere: Bool = try reader.get()
    self = isThere ? try reader.get() as Wrapped : nil
  }
}

extension Array: BinaryEncodable where Element: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.putCount(UInt64(count))
    for element in self { writer.put(element) }
  }
}

extension Array: BinaryCodable where Element: BinaryCodable {
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let count = try reader.getElementCount()
    self = []
    for _ in 0..<count { append(try reader.get()) }
  }
}
