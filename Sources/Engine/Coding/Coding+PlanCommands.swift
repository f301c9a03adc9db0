import Risk
import Trading
import Units

extension Command {
  /// Writes the commands that begin an action of several steps or answer a proposal.
  func encodePlanned(into writer: inout ByteWriter) {
    switch self {
    case .reverse(let key, let intent):
      writer.putByte(20)
      writer.put(key)
      writer.put(intent)
    case .scaleIn(let key, let intent, let share):
      writer.putByte(21)
      writer.put(key)
      writer.put(intent)
      writer.put(share)
    case .breakEven(let key):
      writer.putByte(22)
      writer.put(key)
    case .takeProfits(let key, let targets):
      writer.putByte(23)
      writer.put(key)
      writer.put(targets)
    case .bracket(let intent, let targets):
      writer.putByte(24)
      writer.put(intent)
      writer.put(targets)
    case .openOneOf(let first, let second):
      writer.putByte(25)
      writer.put(first)
      writer.put(second)
    case .trail(let key, let distance, let activation):
      writer.putByte(26)
      writer.put(key)
      writer.put(distance)
      writer.put(activation)
    case .amend(let id, let type, let contracts):
      writer.putByte(27)
      writer.put(id)
      writer.put(type)
      writer.put(contracts)
    case .abandon(let id):
      writer.putByte(28)
      writer.put(id)
    case .approve(let number):
      writer.putByte(29)
      writer.putCount(number)
    case .dismiss(let number):
      writer.putByte(30)
      writer.putCount(number)
    case .resetPeak: writer.putByte(31)
    case .openBatch(let intents):
      writer.putByte(32)
      writer.put(intents)
    case .cancelBatch(let references):
      writer.putByte(33)
      writer.put(references)
    case .openAt(let intent, let trigger, let until):
      writer.putByte(34)
      writer.put(intent)
      writer.put(trigger)
      writer.put(until)
    case .open, .close, .cancel, .cancelTrigger, .cancelAll, .flatten, .protect, .moveTarget, .setLeverage,
      .setPositionMode, .setState, .setStrategy, .reconcile, .loadCandles, .setLimits, .note,
      .addAlert, .removeAlert, .acknowledge, .testAlert:
      preconditionFailure("a plain command is written where all commands are")
    }
  }

  init(planned tag: UInt8, from reader: inout ByteReader) throws(EventCodingProblem) {
    switch tag {
    case 20: self = .reverse(try reader.get(), try reader.get())
    case 21: self = .scaleIn(try reader.get(), try reader.get(), closeShare: try reader.get())
    case 22: self = .breakEven(try reader.get())
    case 23: self = .takeProfits(try reader.get(), try reader.get())
    case 24: self = .bracket(try reader.get(), try reader.get())
    case 25: self = .openOneOf(try reader.get(), try reader.get())
    case 26: self = .trail(try reader.get(), try reader.get(), activation: try reader.get())
    case 27: self = .amend(try reader.get(), try reader.get(), contracts: try reader.get())
    case 28: self = .abandon(try reader.get())
    case 29: self = .approve(try reader.getCount())
    case 30: self = .dismiss(try reader.getCount())
    case 31: self = .resetPeak
    case 32: self = .openBatch(try reader.get())
    case 33: self = .cancelBatch(try reader.get())
    case 34:
      self = .openAt(try reader.get(), trigger: try reader.get(), until: try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}
