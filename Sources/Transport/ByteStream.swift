import CCurl
import EventLoop
import Glibc

/// A connection carrying plain bytes, encrypted or not, made by ``CurlMulti``.
@MainActor final class ByteStream {
  /// What a read or a write came to.
  enum Progress {
    case moved(Int)
    case wouldBlock
    /// The connection is over, by a fault or not.
    case failed(TransportError)
  }

  private let network: CurlMulti
  private let transfer: Transfer
  private let socket: Int32
  private var key: UInt64?
  private var isClosed = false
  /// What ended the connection after a read had gathered bytes; the next read tells it.
  private var untold: TransportError?

  /// The most bytes that one read gives: many small frames in one system call.
  nonisolated static let readSize = 256 << 10
  /// So many bytes of encrypted records are gathered, each of which is a call of its own.
  private static let gatheredSize = 64 << 10

  init(network: CurlMulti, transfer: Transfer) {
    var socket: Int32 = -1
    let code = ccurl_get_socket(transfer.easy, CURLINFO_ACTIVESOCKET, &socket)
    precondition(code == CURLE_OK && socket >= 0, "libcurl lost a connection it just made")
    self.network = network
    self.transfer = transfer
    self.socket = socket
  }

  isolated deinit {
    close()
  }

  /// The address in numbers of the other side; nil when the system does not say.
  var peer: String? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
        guard getpeername(socket, plain, &size) == 0 else { return Int32(-1) }
        return getnameinfo(plain, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      }
    }
    guard code == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Calls the handler when bytes can be read or written that could not before.
  ///
  /// The handler must read until nothing more comes, or come back by itself.
  func watch(_ handler: @escaping @MainActor (Readiness) -> Void) {
    precondition(key == nil && !isClosed, "a stream is watched once")
    key = network.reactor.add(socket, onlyChanges: true, handler)
  }

  /// Reads what is there, as far as there is room.
  func read(into room: UnsafeMutableRawBufferPointer) -> Progress {
    guard !isClosed else { return .failed(.closedHere(host: transfer.host)) }
    if let untold { return .failed(untold) }
    var gathered = 0
    repeat {
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[gathered...])
      var count = 0
      let code = curl_easy_recv(transfer.easy, rest.baseAddress, rest.count, &count)
      guard code == CURLE_OK, count > 0 else {
        guard gathered > 0 else { return end(of: code) }
        // That nothing more is there is not kept: by the next read there may be, and whoever
        // watches the socket was told of that already.
        if case .failed(let error) = end(of: code) { untold = error }
        return .moved(gathered)
      }
      gathered += count
    } while transfer.readsRecords && gathered < min(room.count, Self.gatheredSize)
    return .moved(gathered)
  }

  /// Writes what fits. After `wouldBlock` the same bytes at the same place must be offered again.
  func write(_ bytes: UnsafeRawBufferPointer) -> Progress {
    guard !isClosed else { return .failed(.closedHere(host: transfer.host)) }
    var count = 0
    let code = curl_easy_send(transfer.easy, bytes.baseAddress, bytes.count, &count)
    if code == CURLE_OK { return .moved(count) }
    return code == CURLE_AGAIN ? .wouldBlock : .failed(lost(code))
  }

  /// Closes the connection at once.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    if let key { network.reactor.remove(key, socket) }
    key = nil
    network.release(transfer)
  }

  /// Says why a read brought nothing.
  private func end(of code: CURLcode) -> Progress {
    switch code {
    case CURLE_AGAIN: .wouldBlock
    case CURLE_OK:
      .failed(
        .streamLost(host: transfer.host, detail: "the other side ended it"))
    default: .failed(lost(code))
    }
  }

  private func lost(_ code: CURLcode) -> TransportError {
    let words = transfer.errorDetail
    return .streamLost(
      host: transfer.host,
      detail: words.isEmpty ? String(cString: curl_easy_strerror(code)) : words)
  }
}
