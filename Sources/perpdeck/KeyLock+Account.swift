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
    let words = [launch.account.exchange.text, launch.environment.rawValue, server ?? ""]
    let digest = MessageSigner(key: key).signature(of: words.joined(separator: "\n"))
    let name = digest.map { hexadecimal($0) }.joined()
    if let held, held.name == name { return held }
    do throws(InstanceLockProblem) {
      return try KeyLock(
        name, in: folders(session: variable("XDG_RUNTIME_DIR"), home: variable("HOME")))
    } catch {
      throw ProgramFailure("\(error)")
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
