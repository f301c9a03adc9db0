import CCurl
import Glibc

nonisolated extension Transfer {
  /// Says what a failed transfer means.
  func failure(_ code: CURLcode) -> TransportError {
    let reach: RequestReach = wasSent ? .maybeSent : .notSent
    switch code {
    case CURLE_URL_MALFORMAT:
      return .badRequest(text: host, problem: "libcurl does not take the address")
    case CURLE_COULDNT_RESOLVE_HOST:
      return .nameNotFound(host: host)
    case CURLE_COULDNT_CONNECT:
      return connectFailure
    case CURLE_OPERATION_TIMEDOUT:
      if starts > 0 {
        return .deadlinePassed(host: host, milliseconds: deadline, reach: reach)
      }
      return .connectTimedOut(host: host, milliseconds: min(deadline, connectDeadline))
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificateFailure
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED,
      CURLE_SSL_INVALIDCERTSTATUS:
      return .secureConnectionFailed(host: host, detail: detail(code))
    case CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED:
      if areHeadersTooLarge {
        return .answerUnreadable(host: host, detail: "its head is too large")
      }
      return .answerTooLarge(host: host, limit: answerLimit)
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
      return .answerUnreadable(host: host, detail: detail(code))
    default:
      return .connectionLost(host: host, detail: detail(code), reach: reach)
    }
  }

  /// Whether bytes of the request may have gone out.
  ///
  /// A stopped second start proves the first to be unsent when not a byte of it was written.
  private var wasSent: Bool {
    starts > 1 ? bytesSentBeforeRestart > 0 : starts > 0
  }

  private var connectFailure: TransportError {
    let number = Int32(self.number(CURLINFO_OS_ERRNO))
    if number == ECONNREFUSED { return .connectionRefused(host: host) }
    let detail = number == 0 ? errorDetail : String(cString: strerror(number))
    return .unreachable(host: host, detail: detail)
  }

  /// The numbers are OpenSSL's (`X509_V_ERR_...` in openssl/x509_vfy.h).
  private var certificateFailure: TransportError {
    switch number(CURLINFO_SSL_VERIFYRESULT) {
    case 9, 10: .certificateOutOfDate(host: host)
    // The chain is fine, so it was libcurl's own look at the names, which leaves 1 (unspecified);
    // 62
    // is OpenSSL's word for the same.
    case 0, 1, 62: .certificateForOtherHost(host: host)
    default: .certificateUntrusted(host: host, detail: errorDetail)
    }
  }

  private func detail(_ code: CURLcode) -> String {
    if starts > 1 { return "a kept connection dropped before the answer" }
    let words = errorDetail
    return words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
  }
}
