import Trading
import Units

/// Encodes pushes: `{"arg":…,"data":…}`, with `action` where the channel has it.
///
/// Source: BloFin reference 4.3.
enum StreamPush {
  /// Whether a push replaces what was known or changes it.
  enum Action: String {
    case snapshot
    case update
  }

  /// Encodes a push of a market channel.
  static func encode(
    _ topic: StreamTopic, action: Action? = nil, capacity: Int = 512,
    data: (inout RowWriter) -> Void
  ) -> [UInt8] {
    var writer = RowWriter(capacity: capacity)
    writer.object { writer in
      writer.name("arg")
      topic.encode(to: &writer)
      if let action { writer.member("action", action.rawValue) }
      writer.name("data")
      data(&writer)
    }
    return writer.bytes
  }

  /// Encodes a push of an order channel, whose `action` comes first.
  static func encodeOrders(
    _ topic: StreamTopic, action: Action, data: (inout RowWriter) -> Void
  ) -> [UInt8] {
    var writer = RowWriter(capacity: 1_024)
    writer.object { writer in
      writer.member("action", action.rawValue)
      writer.name("arg")
      topic.encode(to: &writer)
      writer.name("data")
      data(&writer)
    }
    return writer.bytes
  }
}
