import CCurl
import Glibc

/// One libcurl handle with everything that libcurl's callbacks need while it works.
///
/// The callbacks are called only from within libcurl calls that the owner makes, so this class
/// needs
/// no isolation of its own. The owner keeps it alive for as long as the handle is in a multi
/// handle.
nonisolated final class Transfer {
  let easy: UnsafeMutableRawPointer
  let host: String
  /// What has to be looked up; nil where the address is in numbers.
  let name: KnownAddresses.Name?
  let deadline: Int64
  let connectDeadline: Int64
  let answerLimit: Int

  private(set) var answer: [UInt8] = []
  private(set) var headers: [HTTPHeader] = []
  private(set) var isAnswerTooLarge = false
  private(set) var areHeadersTooLarge = false
  /// Whether the empty line after the header lines came. libcurl takes a head that is cut short for
  /// a whole one.
  private(set) var isHeadWhole = false
  /// How often libcurl was about to put the request on the wire; the second time it is stopped.
  private(set) var starts = 0
  /// The bytes of the request that had gone out when a second start was stopped.
  private(set) var bytesSentBeforeRestart = 0

  /// The address in numbers that the request went to; nil before.
  private(set) var peer: String?

  /// Whether it is a request with an answer, not a connection alone.
  var answersRequest = false

  /// Whether one read gives one encrypted record, many of which may lie ready.
  private(set) var readsRecords = false

  private let body: [UInt8]
  private var bodySent = 0
  private var headerBytes = 0
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var addressList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  /// The largest head of an answer in bytes, all lines together.
  private static let headerLimit = 64 << 10
  /// The most milliseconds for which bytes sent may stay unacknowledged.
  private static let unacknowledgedLimit: UInt32 = 15_000
  /// The room that libcurl wants for its error text (`CURL_ERROR_SIZE`).
  private static let errorTextSize = 256

  init(
    _ address: WebAddress, body: [UInt8], deadline: Int64, connectDeadline: Int64,
    answerLimit: Int
  ) {
    guard let easy = curl_easy_init() else { preconditionFailure("libcurl has no memory") }
    self.easy = easy
    host = address.authority
    name = KnownAddresses.Name(address)
    self.body = body
    self.deadline = deadline
    self.connectDeadline = connectDeadline
    self.answerLimit = answerLimit
    errorText = .allocate(capacity: Self.errorTextSize)
    errorText.initialize(repeating: 0, count: Self.errorTextSize)
    set(CURLOPT_ERRORBUFFER, errorText)
    // Unretained: the owner outlives the handle's work, see above.
    let context = Unmanaged.passUnretained(self).toOpaque()
    set(CURLOPT_WRITEDATA, context)
    set(CURLOPT_HEADERDATA, context)
    set(CURLOPT_READDATA, context)
    set(CURLOPT_SEEKDATA, context)
    set(CURLOPT_PREREQDATA, context)
    setCallbacks()
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    curl_slist_free_all(addressList)
    errorText.deallocate()
  }

  /// libcurl's own words on what went wrong; empty when it has none.
  var errorDetail: String { PlainText.clean(String(cString: errorText)) }

  func set(_ option: CURLoption, _ value: Int) {
    check(ccurl_set_long(easy, option, value), option)
  }

  func set(_ option: CURLoption, _ value: String) {
    check(ccurl_set_text(easy, option, value), option)
  }

  func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
    check(ccurl_set_pointer(easy, option, value), option)
  }

  func readAhead() {
    check(ccurl_read_ahead(easy), CURLOPT_SSL_CTX_FUNCTION)
    readsRecords = true
  }

  func setBodySize() {
    check(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)), CURLOPT_POST)
  }

  /// Gives libcurl the header lines, each as `Name: value`.
  func setHeaders(_ lines: [String]) {
    for line in lines {
      guard let longer = curl_slist_append(headerList, line) else {
        preconditionFailure("libcurl has no memory")
      }
      headerList = longer
    }
    check(ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList), CURLOPT_HTTPHEADER)
  }

  /// Whether it was told where its host is.
  var hasAddress: Bool { addressList != nil }

  /// Whether it may still wait for the name service: the name is not looked up, and nothing has
  /// begun to go out.
  var mayWaitForName: Bool {
    var spent: curl_off_t = 0
    let code = ccurl_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T, &spent)
    return code == CURLE_OK && spent == 0 && starts == 0
  }

  /// Tells it where its host is, and how many milliseconds are left; it must be out of the multi
  /// handle.
  func setAddress(_ entry: String, left: Int64) {
    guard let list = curl_slist_append(nil, entry) else {
      preconditionFailure("libcurl has no memory")
    }
    addressList = list
    check(ccurl_set_list(easy, CURLOPT_RESOLVE, list), CURLOPT_RESOLVE)
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, min(left, connectDeadline))))
    if answersRequest { set(CURLOPT_TIMEOUT_MS, Int(max(1, left))) }
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    let code = ccurl_get_long(easy, info, &value)
    precondition(code == CURLE_OK, "libcurl does not know a number it should know")
    return value
  }

  private func check(_ code: CURLcode, _ option: CURLoption) {
    precondition(code == CURLE_OK, "libcurl refuses option \(option.rawValue)")
  }

  private func setCallbacks() {
    let results = [
      // A path that swallows what is sent ends the connection; otherwise the system tries for a
      // quarter of an hour.
      ccurl_set_socket_option(easy) { _, socket, _ in
        var limit = Transfer.unacknowledgedLimit
        let size = socklen_t(MemoryLayout.size(ofValue: limit))
        let result = setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, size)
        return result == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR
      },
      ccurl_set_write(easy) { bytes, size, count, context in
        Transfer.from(context).take(bytes, size * count)
      },
      ccurl_set_header(easy) { bytes, size, count, context in
        Transfer.from(context).takeHeader(bytes, size * count)
      },
      ccurl_set_read(easy) { bytes, size, count, context in
        Transfer.from(context).giveBody(bytes, size * count)
      },
      // libcurl rewinds a body only to send it again: refused, so that nothing can go out twice.
      ccurl_set_seek(easy) { _, _, _ in CURL_SEEKFUNC_FAIL },
      ccurl_set_prerequest(easy) { context, peer, _, _, _ in
        let transfer = Transfer.from(context)
        transfer.peer = peer.map { String(cString: $0) }
        return transfer.mayStart() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      },
    ]
    precondition(results.allSatisfy { $0 == CURLE_OK }, "libcurl refuses a callback")
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
    guard let context else { preconditionFailure("libcurl lost the transfer") }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  /// Called each time libcurl is about to put the request on the wire; only the first may go on.
  ///
  /// libcurl starts a request again by itself when a kept-alive connection drops before the
  /// answer, over HTTP/1.1 and HTTP/2 alike. The exchange would see an order twice.
  private func mayStart() -> Bool {
    starts += 1
    if starts > 1 { bytesSentBeforeRestart = number(CURLINFO_REQUEST_SIZE) }
    return starts == 1
  }

  private func take(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    guard answer.count + count <= answerLimit else {
      isAnswerTooLarge = true
      return 0
    }
    answer.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
  }

  private func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    headerBytes += count
    guard headerBytes <= Self.headerLimit else {
      areHeadersTooLarge = true
      return 0
    }
    let line = UnsafeRawBufferPointer(start: bytes, count: count)
    if line.starts(with: "HTTP/".utf8) {
      headers.removeAll()
      isHeadWhole = false
    } else if line.allSatisfy({ $0 == 13 || $0 == 10 }) {
      isHeadWhole = true
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let value = String(
        decoding: line[(colon + 1)...].filter { $0 != 13 && $0 != 10 }, as: UTF8.self)
      headers.append(
        HTTPHeader(
          String(decoding: line[..<colon], as: UTF8.self), String(ASCII.trimmed(value[...]))))
    }
    return count
  }

  private func giveBody(_ room: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
    let count = min(size, body.count - bodySent)
    guard count > 0, let room else { return 0 }
    body.withUnsafeBytes { bytes in
      UnsafeMutableRawPointer(room).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[bodySent..<bodySent + count]).baseAddress!,
        byteCount: count)
    }
    bodySent += count
    return count
  }
}
