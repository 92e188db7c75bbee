//! Elements of the view. What `html!` makes of one stands in the page's code again for each, with all that any element
//! may have; these few functions stand there once.

use yew::{
    html::Html,
    virtual_dom::{AttrValue, AttributeOrProperty, Attributes, VList, VTag, VText},
};

/// An element: `element!("a", "href" = address; child, child)`. An attribute without a value is left out.
macro_rules! element {
    (@$make:ident $name:literal $(, $key:literal = $value:expr)* $(; $($child:expr),+)? $(,)?) => {
        $crate::components::tag::$make(
            $name,
            &[$($key),*],
            vec![$($crate::components::tag::Value::value($value)),*],
            vec![$($($child),+)?],
        )
    };
    ($name:literal $($part:tt)*) => {
        $crate::components::tag::element!(@make $name $($part)*)
    };
}

/// The same as a node.
macro_rules! tag {
    ($name:literal $($part:tt)*) => {
        $crate::components::tag::element!(@node $name $($part)*)
    };
}

pub(super) use {element, tag};

/// What an attribute may be given.
pub(super) trait Value {
    /// The value; none where the attribute is left out.
    fn value(self) -> Option<AttrValue>;
}

impl Value for &'static str {
    fn value(self) -> Option<AttrValue> {
        Some(AttrValue::Static(self))
    }
}

impl Value for Option<&'static str> {
    fn value(self) -> Option<AttrValue> {
        self.map(AttrValue::Static)
    }
}

impl Value for Option<AttrValue> {
    fn value(self) -> Option<AttrValue> {
        self
    }
}

impl Value for AttrValue {
    fn value(self) -> Option<AttrValue> {
        Some(self)
    }
}

impl Value for &AttrValue {
    fn value(self) -> Option<AttrValue> {
        Some(self.clone())
    }
}

impl Value for String {
    fn value(self) -> Option<AttrValue> {
        Some(self.into())
    }
}

/// An element with these attributes, by name, and what is in it.
#[inline(never)]
pub(super) fn make(
    name: &'static str,
    keys: &'static [&'static str],
    values: Vec<Option<AttrValue>>,
    children: Vec<Html>,
) -> VTag {
    let mut tag = VTag::new(name);
    let values = values.into_iter().map(|value| value.map(AttributeOrProperty::Attribute)).collect();
    tag.attributes = Attributes::Dynamic { keys, values };
    if !children.is_empty()
        && let Some(place) = tag.children_mut()
    {
        *place = VList::with_children(children, None).into();
    }
    tag
}

/// The same as a node.
#[inline(never)]
pub(super) fn node(
    name: &'static str,
    keys: &'static [&'static str],
    values: Vec<Option<AttrValue>>,
    children: Vec<Html>,
) -> Html {
    make(name, keys, values, children).into()
}

/// A text.
#[inline(never)]
pub(super) fn text(text: &str) -> Html {
    VText::new(text.to_owned()).into()
}

/// Nodes beside each other.
#[inline(never)]
pub(super) fn all(nodes: Vec<Html>) -> Html {
    VList::with_children(nodes, None).into()
}
