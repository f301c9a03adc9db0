@testable import Transport

extension LoopbackServer.Peer {
  /// Answers a WebSocket upgrade as it should be; returns the request's head.
  @discardableResult
  func upgrade(alsoSend frames: [UInt8] = []) -> String? {
    guard let head = readRequest()?.head else { return nil }
    let key = head.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }
    guard let key = key?.dropFirst(19) else { return nil }
    let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    let accept = Base64.text(Cryptography.sha1(Array((key + suffix).utf8)))
    let answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
    return write(Array(answer.utf8) + frames) ? head : nil
  }

  /// Reads one frame of a client and returns its first byte and its payload without the mask.
  func readFrame() -> (first: UInt8, payload: [UInt8])? {
    guard let head = read(2) else { return nil }
    var count = Int(head[1] & 0x7F)
    if count >= 126 {
      guard let length = read(count == 126 ? 2 : 8) else { return nil }
      count = length.reduce(0) { $0 << 8 | Int($1) }
    }
    guard head[1] & 0x80 != 0, let mask = read(4), let masked = read(count) else { return nil }
    return (head[0], masked.enumerated().map { $0.element ^ mask[$0.offset % 4] })
  }
}

/// What a connection told, in a form that outlives the call, with a way to wait for it.
@MainActor final class Listener {
  private(set) var heard: [String] = []
  private var connection: WebSocketConnection?
  private var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  /// Called with each event, while its bytes are there.
  var react: (WebSocketConnection, WebSocketEvent) -> Void = { _, _ in }

  /// The connection; nil after ``drop()``.
  var stream: WebSocketConnection? { connection }

  func connect(
    _ network: TestNetwork, _ address: String, _ options: WebSocketOptions = WebSocketOptions()
  ) throws {
    try connect(network.network, address, options)
  }

  func connect(
    _ network: CurlMulti, _ address: String, _ options: WebSocketOptions = WebSocketOptions()
  ) throws {
    connection = WebSocketConnection(
      network: network, address: try WebAddress(address), options: options
    ) { [weak self] event in
      self?.take(event)
    }
  }

  /// Waits until so many events were told, or the connection is closed.
  func wait(for count: Int) async {
    guard heard.count < count, heard.last?.hasPrefix("closed") != true else { return }
    await withCheckedContinuation { waiting = (count, $0) }
  }

  func waitForEnd() async { await wait(for: .max) }

  func drop() { connection = nil }

  private func take(_ event: WebSocketEvent) {
    switch event {
    case .opened: heard.append("opened")
    case .text(let bytes):
      heard.append(
        bytes.count > 100 ? "\(bytes.count) bytes" : String(decoding: bytes, as: UTF8.self))
    case .binary(let bytes): heard.append("binary \(bytes.count)")
    case .pong: heard.append("pong")
    case .closed(let error): heard.append("closed: \(error)")
    }
    if let connection { react(connection, event) }
    guard let waiting, heard.count >= waiting.count || heard.last?.hasPrefix("closed") == true
    else {
      return
    }
    self.waiting = nil
    waiting.continuation.resume()
  }
}
