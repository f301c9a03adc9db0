import NIOCore
import NIOWebSocket
import Units

/// One WebSocket connection: its login, its subscriptions, and what waits to be sent.
///
/// Lives on the server's only loop.
final class ClientStream: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  /// Which of the two paths it was opened on.
  enum Kind {
    /// `/ws/public`.
    case market
    /// `/ws/private`.
    case account
  }

  /// What may wait for a slow client before it is dropped.
  static let largestBacklog = 8 * 1024 * 1024

  /// Tells streams apart, counted up.
  let id: Int
  /// Which path it was opened on.
  let kind: Kind
  /// When something was last received or sent.
  var lastActivity: Timestamp
  /// Whose stream it is after a login.
  var account: Int?
  /// What it asked for, in the order it asked.
  var topics: [StreamTopic] = []
  /// Whether nothing is sent, by a fault.
  var isSilenced = false

  private let exchange: ServedExchange
  private var context: ChannelHandlerContext?
  private var hasUnsent = false
  /// What a fault sends after the next push.
  private var heldBack: [UInt8]?

  /// Makes the stream of a new connection.
  init(id: Int, kind: Kind, exchange: ServedExchange) {
    self.id = id
    self.kind = kind
    self.exchange = exchange
    lastActivity = exchange.clock()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    exchange.streamOpened(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    exchange.streamClosed(self)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text:
      lastActivity = exchange.clock()
      guard let text = String(validating: frame.unmaskedData.readableBytesView, as: UTF8.self)
      else { return close(.dataInconsistentWithMessage) }
      exchange.streamReceived(text, from: self)
      sendPending()
    case .ping:
      let pong = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    case .connectionClose:
      let echo = WebSocketFrame(
        fin: true, opcode: .connectionClose, data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(echo), promise: nil)
      context.close(promise: nil)
    case .binary: close(.unacceptableData)
    default: return
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Protocol errors were answered with a close frame by the pipeline; nothing can be repaired.
    context.close(promise: nil)
  }

  /// Queues a text message; ``sendPending()`` sends everything queued.
  func send(_ message: [UInt8]) {
    guard let context, !isSilenced else { return }
    guard context.channel.isWritable else {
      // The client does not read: what has piled up is all the memory it gets.
      return close(.policyViolation)
    }
    let frame = WebSocketFrame(
      fin: true, opcode: .text, data: context.channel.allocator.buffer(bytes: message))
    context.write(wrapOutboundOut(frame), promise: nil)
    hasUnsent = true
  }

  /// Sends everything queued.
  func sendPending() {
    guard hasUnsent, let context else { return }
    hasUnsent = false
    lastActivity = exchange.clock()
    context.flush()
  }

  /// Keeps a message until ``sendHeldBack()``; one that was kept before is sent.
  func holdBack(_ message: [UInt8]) {
    sendHeldBack()
    heldBack = message
  }

  /// Sends what was kept.
  func sendHeldBack() {
    guard let message = heldBack else { return }
    heldBack = nil
    send(message)
  }

  /// Closes with a code; 1006, which cannot be sent, hangs up.
  func end(code: Int) {
    code == 1006 ? hangUp() : close(WebSocketErrorCode(codeNumber: code))
  }

  /// Says why and closes.
  func close(_ code: WebSocketErrorCode) {
    guard let context else { return }
    var payload = context.channel.allocator.buffer(capacity: 2)
    payload.write(webSocketErrorCode: code)
    let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: payload)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    context.close(promise: nil)
  }

  /// Drops the connection without a word.
  func hangUp() {
    context?.close(promise: nil)
  }
}
