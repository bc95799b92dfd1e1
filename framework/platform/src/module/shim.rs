use terrace_diag::Diagnostics;
use terrace_eval::Value;
use terrace_hcl::ast::Block;
#[derive(Debug)]
pub struct ModuleVariable {
    required: bool,
}
pub struct Fault {
    pub path: Vec<smol_str::SmolStr>,
    pub message: String,
}
impl ModuleVariable {
    pub fn parse(block: &Block) -> Result<Self, Diagnostics> {
        Ok(Self {
            required: block.body.attribute("default").is_none(),
        })
    }
    pub fn is_required(&self) -> bool {
        self.required
    }
    pub fn check(&self, _v: &Value) -> Vec<Fault> {
        Vec::new()
    }
}
