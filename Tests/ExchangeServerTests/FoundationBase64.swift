import Foundation

/// Base64 by Foundation, to compare with.
func foundationBase64(_ bytes: [UInt8]) -> String {
  Data(bytes).base64EncodedString()
}
