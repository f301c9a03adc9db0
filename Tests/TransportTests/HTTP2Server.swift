import Testing

/// As much of an HTTP/2 server (RFC 9113) as it takes to count requests and to fail on the second.
///
/// Encrypted, for libcurl 7.88 cannot use a kept unencrypted HTTP/2 connection again. It answers
/// every request with status 200 and no body.
final class HTTP2Server: Sendable {
  /// What happens to the second request of the first connection, when all of it has come.
  enum Fault: CaseIterable, Sendable {
    case close, reset, refusedStream, internalError, goAwayBefore, goAwayAfter, goAwayAndStay
    /// Nothing is answered any more, and the connection stays.
    case silence

    /// Those that end the request by themselves.
    static let ending = allCases.filter { $0 != .silence }
  }

  private let server: LoopbackServer
  private let bodies: Shared<[String]>

  private enum FrameType {
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let resetStream: UInt8 = 3
    static let settings: UInt8 = 4
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
  }

  private struct Frame {
    let type: UInt8
    let flags: UInt8
    let stream: [UInt8]
    let payload: [UInt8]

    var endsStream: Bool { flags & 1 != 0 && (type == FrameType.data || type == FrameType.headers) }
  }

  init(fault: Fault) {
    let bodies = Shared<[String]>([])
    self.bodies = bodies
    server = LoopbackServer(TestIdentity(protocol: "h2")) { peer, number in
      Self.serve(peer, fault: number == 1 ? fault : nil, bodies)
    }
  }

  var port: UInt16 { server.port }

  /// The bodies of all requests that came whole, in order.
  var requests: [String] { bodies.value }

  private static func serve(_ peer: LoopbackServer.Peer, fault: Fault?, _ bodies: Shared<[String]>)
  {
    // The client's preface, then our settings.
    guard peer.read(24) != nil else { return }
    peer.write(frame(FrameType.settings, 0, [0, 0, 0, 0], []))
    var body: [UInt8] = []
    var count = 0
    while let frame = read(peer) {
      switch frame.type {
      case FrameType.settings where frame.flags & 1 == 0:
        peer.write(Self.frame(FrameType.settings, 1, [0, 0, 0, 0], []))
      case FrameType.ping where frame.flags & 1 == 0:
        peer.write(Self.frame(FrameType.ping, 1, [0, 0, 0, 0], frame.payload))
      case FrameType.data: body += frame.payload
      default: break
      }
      guard frame.endsStream else { continue }
      let text = String(decoding: body, as: UTF8.self)
      bodies.update { $0.append(text) }
      body = []
      count += 1
      if count >= 2, fault == .silence { continue }
      if count == 2, let fault {
        fail(peer, fault, frame.stream)
        if fault != .goAwayAndStay, fault != .refusedStream, fault != .internalError { return }
        continue
      }
      // HPACK's table entry 8 is ":status: 200" (RFC 7541, appendix A).
      peer.write(Self.frame(FrameType.headers, 0x5, frame.stream, [0x88]))
    }
  }

  private static func fail(_ peer: LoopbackServer.Peer, _ fault: Fault, _ stream: [UInt8]) {
    let refused: [UInt8] = [0, 0, 0, 7]
    let internalError: [UInt8] = [0, 0, 0, 2]
    let none: [UInt8] = [0, 0, 0, 0]
    // The stream before ours: the server says that it has not looked at ours.
    let before: [UInt8] = [0, 0, 0, stream[3] - 2]
    switch fault {
    case .silence: return
    case .close: peer.close()
    case .reset: peer.reset()
    case .refusedStream: peer.write(frame(FrameType.resetStream, 0, stream, refused))
    case .internalError: peer.write(frame(FrameType.resetStream, 0, stream, internalError))
    case .goAwayBefore, .goAwayAndStay:
      peer.write(frame(FrameType.goAway, 0, none, before + none))
    case .goAwayAfter: peer.write(frame(FrameType.goAway, 0, none, stream + none))
    }
  }

  private static func frame(
    _ type: UInt8, _ flags: UInt8, _ stream: [UInt8], _ payload: [UInt8]
  ) -> [UInt8] {
    [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags] + stream + payload
  }

  private static func read(_ peer: LoopbackServer.Peer) -> Frame? {
    guard let head = peer.read(9) else { return nil }
    let size = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
    guard let payload = peer.read(size) else { return nil }
    return Frame(type: head[3], flags: head[4], stream: Array(head[5...]), payload: payload)
  }
}
