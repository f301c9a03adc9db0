import CCurl
import EventLoop
import Glibc

/// The network of the program: libcurl's multi interface, driven by the loop.
///
/// It speaks HTTP/1.1 and HTTP/2, keeps connections, checks certificates, follows no redirects,
/// uses no proxy and sends each request at most once. WebSockets get their connections from it.
@MainActor public final class CurlMulti: HTTPClient {
  let loop: any Loop
  let reactor = Reactor()
  private let options: NetworkOptions
  private let multi: UnsafeMutableRawPointer
  private var socketKeys: [Int32: UInt64] = [:]
  private var timer: TimerToken?
  private var underWay: [UnsafeMutableRawPointer: Work] = [:]
  private var requests: [HTTPTicket: UnsafeMutableRawPointer] = [:]
  private var finished: [() -> Void] = []
  /// Requests that may leave soon, with handles that know all about them.
  private var prepared: [(request: HTTPRequest, transfer: Transfer)] = []
  private var stalls = StalledHosts()
  /// Where names were reached, for when they cannot be looked up.
  var known = KnownAddresses()
  private var nextNumber: UInt64 = 1
  private var isInsideCurl = false

  /// A handle at work, and whom to tell.
  private struct Work {
    let transfer: Transfer
    let begin: MonotonicTime
    let goal: Goal
    var patience: TimerToken?
  }

  private enum Goal {
    case answer(HTTPTicket, @MainActor (Result<HTTPResponse, TransportError>) -> Void)
    case connection(@MainActor (Result<ByteStream, TransportError>) -> Void)
  }

  /// The most idle connections kept, all hosts together.
  private static let connectionsKept = 32

  /// Milliseconds for which a name is looked up that was reached before.
  private static let lookupPatience: Int64 = 1_000

  /// The most requests made ready at a time.
  private static let preparedLimit = 4

  /// Makes a network on a loop.
  public init(loop: any Loop, options: NetworkOptions = NetworkOptions()) {
    precondition(Self.isLibraryReady, "libcurl cannot be initialized")
    guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory") }
    self.loop = loop
    self.options = options
    self.multi = multi
    // Unretained: the callbacks are taken away in deinit, before the object is gone.
    let context = Unmanaged.passUnretained(self).toOpaque()
    let results = [
      ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context),
      ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context),
      ccurl_multi_set_socket(multi) { _, socket, what, context, _ in
        guard let context else { preconditionFailure("libcurl lost the network") }
        let network = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
        MainActor.assumeIsolated { network.watch(socket, what) }
        return 0
      },
      ccurl_multi_set_timer(multi) { _, milliseconds, context in
        guard let context else { preconditionFailure("libcurl lost the network") }
        let network = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
        MainActor.assumeIsolated { network.setTimer(milliseconds) }
        return 0
      },
      ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.connectionsPerHost),
      ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.connectionsKept),
    ]
    precondition(results.allSatisfy { $0 == CURLM_OK }, "libcurl refuses a setting")
  }

  isolated deinit {
    if let timer { loop.cancel(timer) }
    _ = ccurl_multi_set_socket(multi, nil)
    _ = ccurl_multi_set_timer(multi, nil)
    for (socket, key) in socketKeys { reactor.remove(key, socket) }
    for work in underWay.values { curl_multi_remove_handle(multi, work.transfer.easy) }
    underWay.removeAll()
    curl_multi_cleanup(multi)
  }

  /// How many requests are under way.
  public var requestCount: Int { requests.count }

  /// What the program calls itself to servers.
  var userAgent: String { options.userAgent }

  /// Sends a request; `done` is called once, later, never from within this call.
  @discardableResult
  public func send(
    _ request: HTTPRequest,
    _ done: @escaping @MainActor (Result<HTTPResponse, TransportError>) -> Void
  ) -> HTTPTicket {
    let ticket = HTTPTicket(number: nextNumber)
    nextNumber += 1
    if let problem = refusal(of: request) {
      loop.post { done(.failure(problem)) }
      return ticket
    }
    let transfer = takePrepared(request) ?? makeTransfer(request)
    if stalls.needsFreshConnection(request.address.authority, at: loop.uptime) {
      transfer.set(CURLOPT_FRESH_CONNECT, 1)
    }
    requests[ticket] = transfer.easy
    start(transfer, .answer(ticket, done))
    return ticket
  }

  /// Makes a handle ready for a request that may leave soon; the oldest of more than a few goes.
  public func prepare(_ request: HTTPRequest) {
    guard refusal(of: request) == nil else { return }
    if prepared.count == Self.preparedLimit { prepared.removeFirst() }
    prepared.append((request, makeTransfer(request)))
    // So that what libcurl needs is near when the request leaves.
    actAtOnce()
  }

  private func takePrepared(_ request: HTTPRequest) -> Transfer? {
    prepared.firstIndex { $0.request == request }.map { prepared.remove(at: $0).transfer }
  }

  private func makeTransfer(_ request: HTTPRequest) -> Transfer {
    let transfer = Transfer(
      request.address, body: request.body, deadline: request.deadline,
      connectDeadline: request.connectDeadline, answerLimit: request.answerLimit)
    transfer.configure(options, request.address)
    transfer.configure(request)
    return transfer
  }

  /// Gives a request up: its `done` is not called any more. The request may still take effect.
  public func cancel(_ ticket: HTTPTicket) {
    guard let easy = requests.removeValue(forKey: ticket) else { return }
    if let patience = underWay.removeValue(forKey: easy)?.patience { loop.cancel(patience) }
    curl_multi_remove_handle(multi, easy)
  }

  /// Makes a connection, encrypted if the address says so; `done` is called once, later.
  func connect(
    _ address: WebAddress, deadline: Int64,
    _ done: @escaping @MainActor (Result<ByteStream, TransportError>) -> Void
  ) {
    let transfer = Transfer(
      address, body: [], deadline: deadline, connectDeadline: deadline,
      answerLimit: 0)
    transfer.configure(options, address)
    transfer.configureConnectionOnly(isEncrypted: address.scheme.isEncrypted)
    start(transfer, .connection(done))
  }

  /// Takes the handle of a closed stream out, which closes its connection.
  func release(_ transfer: Transfer) {
    curl_multi_remove_handle(multi, transfer.easy)
  }

  private func refusal(of request: HTTPRequest) -> TransportError? {
    let host = request.address.authority
    guard request.address.scheme == .http || request.address.scheme == .https else {
      return .badRequest(text: host, problem: "a request goes to http or https")
    }
    let own = ["host", "content-length", "transfer-encoding", "connection", "expect"]
    for header in request.headers {
      guard ASCII.isToken(header.name), ASCII.isHeaderValue(header.value),
        !own.contains(header.name.lowercased())
      else { return .badRequest(text: header.name, problem: "it is not a header to set") }
    }
    guard requests.count < options.requestsUnderWay else {
      return .tooManyRequests(limit: options.requestsUnderWay)
    }
    return nil
  }

  private func start(_ transfer: Transfer, _ goal: Goal) {
    var work = Work(transfer: transfer, begin: loop.uptime, goal: goal)
    if let name = transfer.name, known.address(of: name) != nil {
      let easy = transfer.easy
      work.patience = loop.schedule(after: Self.lookupPatience) { [weak self] in
        self?.lookupTakesLong(easy)
      }
    }
    underWay[transfer.easy] = work
    let code = curl_multi_add_handle(multi, transfer.easy)
    precondition(code == CURLM_OK, "libcurl does not take a new handle")
    actAtOnce()
  }

  /// Has libcurl begin without a turn of the loop; what ends at once is told later all the same.
  private func actAtOnce() {
    guard !isInsideCurl else { return }
    act(CURL_SOCKET_TIMEOUT, 0)
    collectFinished()
    if !finished.isEmpty { loop.post { [weak self] in self?.tellFinished() } }
  }

  private func watch(_ socket: Int32, _ what: Int32) {
    if what == CURL_POLL_REMOVE {
      if let key = socketKeys.removeValue(forKey: socket) { reactor.remove(key, socket) }
      return
    }
    let reading = what & CURL_POLL_IN != 0
    let writing = what & CURL_POLL_OUT != 0
    if let key = socketKeys[socket] {
      reactor.change(key, socket, reading: reading, writing: writing)
      return
    }
    socketKeys[socket] = reactor.add(socket, reading: reading, writing: writing) {
      [weak self] readiness in
      let flags =
        (readiness.canRead ? CURL_CSELECT_IN : 0) | (readiness.canWrite ? CURL_CSELECT_OUT : 0)
        | (readiness.hasFailed ? CURL_CSELECT_ERR : 0)
      self?.turn(socket, flags)
    }
  }

  private func setTimer(_ milliseconds: Int) {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard milliseconds >= 0 else { return }
    timer = loop.schedule(after: Int64(milliseconds)) { [weak self] in
      self?.timer = nil
      self?.turn(CURL_SOCKET_TIMEOUT, 0)
    }
  }

  private func turn(_ socket: Int32, _ flags: Int32) {
    act(socket, flags)
    collectFinished()
    tellFinished()
  }

  private func act(_ socket: Int32, _ flags: Int32) {
    isInsideCurl = true
    var running: Int32 = 0
    let code = curl_multi_socket_action(multi, socket, flags, &running)
    isInsideCurl = false
    precondition(code == CURLM_OK, "libcurl's multi handle is broken")
  }

  private func collectFinished() {
    var code = CURLE_OK
    while let easy = ccurl_multi_take_finished(multi, &code) {
      guard let work = underWay.removeValue(forKey: easy) else { continue }
      if let patience = work.patience { loop.cancel(patience) }
      if code == CURLE_COULDNT_RESOLVE_HOST, beginAtKnownAddress(work) { continue }
      switch work.goal {
      case .answer(let ticket, let done):
        requests.removeValue(forKey: ticket)
        let result = answer(work, code)
        curl_multi_remove_handle(multi, easy)
        finished.append { done(result) }
      case .connection(let done):
        let result = connection(work, code)
        finished.append { done(result) }
      }
    }
  }

  /// Tells everybody whose work has ended; they may begin new work meanwhile.
  private func tellFinished() {
    while !finished.isEmpty {
      let waiting = finished
      finished = []
      for tell in waiting { tell() }
    }
  }

  private func answer(_ work: Work, _ code: CURLcode) -> Result<HTTPResponse, TransportError> {
    let transfer = work.transfer
    guard code == CURLE_OK else {
      let error = transfer.failure(code)
      if case .deadlinePassed = error { stalls.stalled(transfer.host, at: loop.uptime) }
      return .failure(error)
    }
    if let name = transfer.name, let peer = transfer.peer { known.note(name, at: peer) }
    guard transfer.isHeadWhole else { return .failure(transfer.failure(CURLE_GOT_NOTHING)) }
    let isHTTP2 = transfer.number(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0)
    if isHTTP2 { stalls.speaksHTTP2(transfer.host) }
    return .success(
      HTTPResponse(
        status: transfer.number(CURLINFO_RESPONSE_CODE), headers: transfer.headers,
        body: transfer.answer, version: isHTTP2 ? .http2 : .http1,
        duration: loop.uptime.microseconds(since: work.begin)))
  }

  private func connection(_ work: Work, _ code: CURLcode) -> Result<ByteStream, TransportError> {
    guard code == CURLE_OK else {
      curl_multi_remove_handle(multi, work.transfer.easy)
      return .failure(work.transfer.failure(code))
    }
    let stream = ByteStream(network: self, transfer: work.transfer)
    if let name = work.transfer.name, let peer = stream.peer { known.note(name, at: peer) }
    return .success(stream)
  }

  /// A name service that answers late or never would eat the time to connect.
  private func lookupTakesLong(_ easy: UnsafeMutableRawPointer) {
    guard var work = underWay[easy] else { return }
    work.patience = nil
    underWay[easy] = work
    guard work.transfer.mayWaitForName else { return }
    _ = beginAtKnownAddress(work)
    actAtOnce()
  }

  /// Begins work anew of which nothing has gone out, at the last address of its host (H01); false
  /// when none is known or it was tried.
  private func beginAtKnownAddress(_ work: Work) -> Bool {
    let transfer = work.transfer
    guard !transfer.hasAddress, let entry = transfer.name.flatMap({ known.entry(for: $0) }) else {
      return false
    }
    curl_multi_remove_handle(multi, transfer.easy)
    let spent = loop.uptime.microseconds(since: work.begin) / 1_000
    transfer.setAddress(entry, left: transfer.deadline - spent)
    underWay[transfer.easy] = Work(transfer: transfer, begin: work.begin, goal: work.goal)
    let code = curl_multi_add_handle(multi, transfer.easy)
    precondition(code == CURLM_OK, "libcurl does not take a handle again")
    return true
  }

  /// libcurl's one-time initialization; also keeps a write to a closed socket from ending us.
  private static let isLibraryReady: Bool = {
    signal(SIGPIPE, SIG_IGN)
    return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
  }()
}
