import CTestTLS
import Foundation

/// What a TLS server of a test shows, right or wrong in one way.
struct TestIdentity: Sendable {
  private let address: UInt

  /// The server's side of the handshake, for C.
  var server: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: address) }

  /// The file with the certificate of the authority that signs the others, to be trusted by
  /// clients.
  static let trusted: String = {
    let path = NSTemporaryDirectory() + "perpdeck-authority-\(getpid()).pem"
    let authority = UnsafeMutableRawPointer(bitPattern: TestIdentity.authority)
    precondition(ctest_authority_write(authority, path) == 0, "no place for a certificate")
    return path
  }()

  private static let authority = UInt(bitPattern: ctest_authority_new())
  private static let day = 86_400

  /// Makes a certificate with a key. Times are in days from now.
  init(
    names: String = "DNS:localhost,IP:127.0.0.1", days: Range<Int> = -1..<1,
    isSelfSigned: Bool = false, greatestVersion: Int32 = 0, protocol: String? = nil
  ) {
    let signer = isSelfSigned ? nil : UnsafeMutableRawPointer(bitPattern: Self.authority)
    address = UInt(
      bitPattern: ctest_server_new(
        signer, names, days.lowerBound * Self.day, days.upperBound * Self.day, greatestVersion,
        `protocol`))
  }
}
