import CCurl

nonisolated extension Transfer {
  /// Seconds without traffic after which the system looks whether a connection still lives.
  private static let keepAliveIdle = 30
  /// Milliseconds for which IPv6 is tried alone where a host has both.
  private static let headStart = 200

  /// Sets what holds for every connection.
  func configure(_ options: NetworkOptions, _ address: WebAddress) {
    set(CURLOPT_URL, address.connectText)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    // The path that was signed is the path that goes out.
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_FOLLOWLOCATION, 0)
    // An empty text keeps libcurl from asking the environment for a proxy.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_NOSIGNAL, 1)
    // Without it, giving up while a name is looked up waits for the name service.
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(connectDeadline))
    // An IPv6 path that is dead costs a moment, not the time to connect (H16).
    set(CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, Self.headStart)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_TCP_KEEPIDLE, Self.keepAliveIdle)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = options.trustedCertificates {
      set(CURLOPT_CAINFO, file)
      clear(CURLOPT_CAPATH)
    }
    set(CURLOPT_USERAGENT, options.userAgent)
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
  }

  /// Sets what one request says.
  func configure(_ request: HTTPRequest) {
    answersRequest = true
    set(CURLOPT_TIMEOUT_MS, Int(request.deadline))
    set(CURLOPT_ACCEPT_ENCODING, "gzip")
    if request.method == .post || request.method == .put || !request.body.isEmpty {
      set(CURLOPT_POST, 1)
      setBodySize()
    }
    if request.method != .get, request.method != .post {
      set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
    // A name without a value takes libcurl's own header away; a semicolon sends an empty one.
    var lines = ["Expect:"]
    if !request.headers.contains(where: { ASCII.isEqualIgnoringCase($0.name, "content-type") }) {
      lines.append("Content-Type:")
    }
    lines += request.headers.map {
      $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)"
    }
    setHeaders(lines)
  }

  /// Asks for the connection alone, which is then read and written by hand.
  func configureConnectionOnly(isEncrypted: Bool) {
    set(CURLOPT_CONNECT_ONLY, 1)
    // Otherwise HTTP/2 could be agreed upon, which a WebSocket cannot use.
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    set(CURLOPT_BUFFERSIZE, ByteStream.readSize)
    if isEncrypted { readAhead() }
  }

  private func clear(_ option: CURLoption) {
    let code = ccurl_set_text(easy, option, nil)
    precondition(code == CURLE_OK, "libcurl refuses option \(option.rawValue)")
  }
}
