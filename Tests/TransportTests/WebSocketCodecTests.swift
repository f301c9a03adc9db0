import Testing

@testable import Transport

struct WebSocketCodecTests {
  /// What a codec handed out, in a form that outlives the call.
  enum Heard: Equatable {
    case text(String)
    case binary([UInt8])
    case pong
    case close(UInt16, String)
  }

  static func text(_ text: String) -> [UInt8] { ServerFrame.text(text) }

  /// Gives bytes to a codec in pieces of a size and returns what it hands out.
  func hear(
    _ bytes: [UInt8], pieces: Int = .max,
    codec: WebSocketCodec = WebSocketCodec(messageLimit: 1 << 20)
  ) -> [Heard] {
    var heard: [Heard] = []
    var rest = bytes[...]
    let limit = 3
    while !rest.isEmpty, !codec.isStopped {
      let room = codec.room
      let count = min(rest.count, pieces, room.count)
      room.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      codec.filled(count)
      var decoded = limit
      while decoded == limit {
        decoded = codec.decode(limit: limit) { event in
          switch event {
          case .text(let bytes): heard.append(.text(String(decoding: bytes, as: UTF8.self)))
          case .binary(let bytes): heard.append(.binary(Array(bytes)))
          case .pong: heard.append(.pong)
          case .close(let code, let reason):
            heard.append(.close(code, String(decoding: reason, as: UTF8.self)))
          }
        }
      }
    }
    return heard
  }

  @Test(arguments: [1, 2, 3, 7, 64, 4_096, Int.max])
  func `W11 hears the same whatever the slices`(_ pieces: Int) {
    let long = String(repeating: "0123456789", count: 10_000)
    let parts: [[UInt8]] = [
      Self.text("one"), Self.text(""), ServerFrame.bytes(0x82, [0, 255]),
      ServerFrame.bytes(0x01, Array("fra".utf8)), ServerFrame.bytes(0x89, Array("ping".utf8)),
      ServerFrame.bytes(0x00, []), ServerFrame.bytes(0x8A, []),
      ServerFrame.bytes(0x80, Array("gment".utf8)),
      Self.text(String(repeating: "x", count: 126)), Self.text(long),
      Self.text("h\u{E9} \u{1F600}"),
      ServerFrame.bytes(0x88, [0x03, 0xF4] + Array("restart".utf8)), Self.text("too late"),
    ]
    let codec = WebSocketCodec(messageLimit: 1 << 20)
    let heard = hear(Array(parts.joined()), pieces: pieces, codec: codec)
    #expect(
      heard == [
        .text("one"), .text(""), .binary([0, 255]), .pong, .text("fragment"),
        .text(String(repeating: "x", count: 126)), .text(long), .text("h\u{E9} \u{1F600}"),
        .close(1_012, "restart"),
      ])
    #expect(codec.isStopped)
    #expect(codec.violation == nil)
    // A pong and the answer to the close frame wait to be sent, each with a head of 6 bytes.
    #expect(codec.output.prefix(2) == [0x8A, 0x84])
    #expect(codec.output[10...].prefix(1) == [0x88])
  }

  @Test func `a message larger than the buffer comes through`() {
    let codec = WebSocketCodec(messageLimit: 1 << 20, bufferSize: 64)
    let long = String(repeating: "abc", count: 100_000)
    let heard = hear(Self.text("a") + Self.text(long) + Self.text("b"), codec: codec)
    #expect(heard == [.text("a"), .text(long), .text("b")])
  }

  @Test(arguments: ServerFrame.violations)
  func `W12 ends the connection over`(_ violation: ServerFrame.Violation) {
    for pieces in [1, Int.max] {
      let codec = WebSocketCodec(messageLimit: 1 << 20)
      let bytes = Self.text("before") + violation.bytes + Self.text("after")
      #expect(hear(bytes, pieces: pieces, codec: codec) == [.text("before")])
      #expect(codec.isStopped)
      #expect(codec.violation == violation.code)
      // A masked close frame.
      #expect(codec.output.first == 0x88)
    }
  }

  @Test func `a message of exactly the limit is taken`() {
    let codec = WebSocketCodec(messageLimit: 1_000)
    let message = String(repeating: "x", count: 1_000)
    #expect(hear(Self.text(message), codec: codec) == [.text(message)])
    #expect(hear(Self.text(message + "y"), codec: codec) == [])
    #expect(codec.violation == 1_009)
  }

  @Test func `masks what it sends, each frame with another key`() {
    let codec = WebSocketCodec(messageLimit: 1_000)
    let message = Array("hello".utf8)
    message.withUnsafeBytes { codec.encode($0, isText: true) }
    let first = codec.takeOutput()
    message.withUnsafeBytes { codec.encode($0, isText: true) }
    let second = codec.takeOutput()
    for frame in [first, second] {
      #expect(frame.prefix(2) == [0x81, 0x85])
      let key = Array(frame[2..<6])
      let plain = frame[6...].enumerated().map { $0.element ^ key[$0.offset % 4] }
      #expect(plain == message)
    }
    #expect(first[2..<6] != second[2..<6])
  }

  @Test func `cuts a close reason between characters`() {
    let codec = WebSocketCodec(messageLimit: 1_000)
    codec.encodeClose(code: 1_000, reason: String(repeating: "\u{E9}", count: 100))
    #expect(codec.takeOutput().count == 6 + 2 + 122)
    codec.encodeClose(code: 1_000, reason: "again")
    #expect(codec.takeOutput() == [])
  }

  @Test func `W12 checks UTF-8 like the standard library`() {
    // Every pair of bytes with every kind of neighbor, which walks every border of table 3-7.
    let tails: [[UInt8]] = [
      [], [0x41], [0x80], [0xBF], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x41],
    ]
    var wrong: [[UInt8]] = []
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        for tail in tails {
          let bytes = Array("ascii ".utf8) + [first, second] + tail
          let expected = String(validating: bytes, as: UTF8.self) != nil
          if bytes.withUnsafeBytes(UTF8Check.isValid) != expected { wrong.append(bytes) }
        }
      }
    }
    #expect(wrong == [])
  }
}
