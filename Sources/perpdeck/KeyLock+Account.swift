import Glibc
import Runtime
import Secrets
import Settings
import Trading
import Transport

extension KeyLock {
  /// Takes the lock of the account behind an API key; one that is held already stays as it is.
  ///
  /// A simulated exchange is another exchange at each address. The name tells nothing of the key.
  static func of(
    _ key: Secret, _ launch: Launch, server: String?, unless held: KeyLock?
  ) throws(ProgramFailure) -> KeyLock {
    let name = name([], launch, server: server, by: key)
    if let held, held.name == name { return held }
    do throws(InstanceLockProblem) {
      return try KeyLock(name, in: folders)
    } catch {
      throw ProgramFailure("\(error)")
    }
  }

  /// Takes the lock of the account that has this number at the exchange, whichever key it is traded
  /// with; one that is held already stays as it is.
  static func ofAccount(
    _ number: String, _ launch: Launch, server: String?, unless held: KeyLock?
  ) throws(InstanceLockProblem) -> KeyLock {
    let name = name(["account"], launch, server: server, by: Secret(consuming: Array(number.utf8)))
    if let held, held.name == name { return held }
    return try ofAccount(name, in: folders)
  }

  /// A digest under what must not be told; each exchange, environment and server has its own.
  private static func name(
    _ kind: [String], _ launch: Launch, server: String?, by secret: Secret
  ) -> String {
    let words = [launch.account.exchange.text, launch.environment.rawValue, server ?? ""] + kind
    let digest = MessageSigner(key: secret).signature(of: words.joined(separator: "\n"))
    return digest.map { hexadecimal($0) }.joined()
  }

  private static var folders: [String] {
    folders(session: variable("XDG_RUNTIME_DIR"), home: variable("HOME"))
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
