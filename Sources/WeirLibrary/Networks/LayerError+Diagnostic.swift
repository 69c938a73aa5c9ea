import WeirCatalog
package import WeirDiagnostics
package import WeirNetworks

extension LayerError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch reason {
    case .shape(let input, let needs): .layerMisfit(layer, needs: needs, gets: LayerError.words(for: input), mend: mend)
    case .setting(let text): .layerSetting(layer, text, mend: mend)
    case .output(let shape, _, let what): .layerOutput(layer, gives: LayerError.words(for: shape), what, mend: mend)
    }
  }
}
